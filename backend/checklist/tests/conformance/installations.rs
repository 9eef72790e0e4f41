//! The installations of every `RUN` of the corpus: both shell readers see the same, and
//! `bench/package-words` gets what they see for the comparison with a reading that is not ours.

use std::fs;

use serde_json::json;

use super::{Installation, installation};
use crate::dockerfile::{self, Arguments, Instruction, Keyword};
use crate::material::{Failure, Material, SKIPPED, Score};
use crate::shell::{Command, commands, commands_by_scanner};
use crate::stages::{BuildOptions, Scope, StageGraph};

/// Where to write what is found.
const PATH: &str = "PACKAGE_WORDS";

type Commands = fn(&Instruction, &Scope<'_>) -> Vec<Command>;

/// Calls `seen` with every `RUN` in shell form and the variables that it sees: none if it
/// belongs to no stage.
fn each_run(bytes: &[u8], mut seen: impl FnMut(&Instruction, &Scope<'_>)) {
    let file = dockerfile::read(bytes);
    let graph = StageGraph::of(&file, &BuildOptions::default());
    let steps: Vec<_> = graph.stages.iter().flat_map(|it| &it.steps).collect();
    let elsewhere = dockerfile::read(b"FROM scratch\nRUN a\n");
    let empty = StageGraph::of(&elsewhere, &BuildOptions::default());
    let nothing = empty.scope(&empty.stages[0].steps[0]);
    for instruction in &file.instructions {
        let is_shell = matches!(instruction.arguments, Arguments::Shell(_));
        if instruction.keyword != Keyword::Run || !is_shell {
            continue;
        }
        let step = steps.iter().find(|it| std::ptr::eq(it.instruction, instruction));
        seen(instruction, &step.map_or(nothing, |it| graph.scope(it)));
    }
}

fn installations(commands: Commands, run: &Instruction, scope: &Scope<'_>) -> Vec<Installation> {
    commands(run, scope).iter().filter_map(installation).collect()
}

#[test]
fn both_shell_readers_see_the_same_installations() -> Result<(), Failure> {
    let Some(material) = Material::find() else {
        println!("{SKIPPED}");
        return Ok(());
    };
    let mut score = Score::default();
    for case in material.truth("parse")? {
        each_run(&case.bytes, |run, scope| {
            let usual = installations(commands, run, scope);
            let scanned = installations(commands_by_scanner, run, scope);
            match usual == scanned {
                true => score.total += 1,
                false => score.fail(&case.id, format!("{usual:?} {scanned:?}")),
            }
        });
    }
    println!("{score}");
    assert_eq!(score.wrong, 0, "{score}");
    Ok(())
}

#[test]
fn what_is_installed_is_written_down_for_the_comparison() -> Result<(), Failure> {
    let (Some(material), Ok(path)) = (Material::find(), std::env::var(PATH)) else {
        println!("skipped: {PATH} names no file, or there is no corpus beside the repository");
        return Ok(());
    };
    let mut lines = String::new();
    for case in material.truth("parse")? {
        each_run(&case.bytes, |run, scope| {
            for (reader, commands) in
                [("usual", commands as Commands), ("scanner", commands_by_scanner)]
            {
                let installs = installations(commands, run, scope);
                let installs = installs.iter().map(|it| {
                    let packages = it.packages.iter().map(|it| json!([it.name, it.line]));
                    let packages: Vec<_> = packages.collect();
                    json!({"title": it.title, "line": it.line, "packages": packages})
                });
                let installs: Vec<_> = installs.collect();
                let row = json!({
                    "file": case.id, "line": run.lines.first, "reader": reader, "installs": installs,
                });
                lines.push_str(&format!("{row}\n"));
            }
        });
    }
    fs::write(path, lines)?;
    Ok(())
}
