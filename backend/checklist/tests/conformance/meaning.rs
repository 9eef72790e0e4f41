//! Stages and the values at their ends.

#![expect(clippy::indexing_slicing, reason = "a JSON value gives null for a missing field")]

use checklist::dockerfile::{self, Dockerfile, Heredoc, Instruction, Keyword};
use checklist::image::Reference;
use checklist::stages::{
    Base, BuildOptions, CommandLine, Expanded, Set, Source, Stage, StageGraph,
};
use serde_json::{Value, json};

use crate::material::{Case, text, texts};

/// The search path that BuildKit puts under an image without one.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What differs from BuildKit's values; `None` for a file that does not convert.
pub(crate) fn difference(case: &Case) -> Option<Result<(), String>> {
    (case.expected["ok"] == true).then(|| compare(case))
}

fn compare(case: &Case) -> Result<(), String> {
    let file = dockerfile::read(&case.bytes);
    let options = BuildOptions {
        target: None,
        platform: Some("linux/amd64".to_owned()),
        base_environment: vec![("PATH".to_owned(), PATH.to_owned())],
    };
    let graph = StageGraph::of(&file, &options);
    let expected = case.expected["stages"].as_array().ok_or("no stages")?;
    if expected.len() != graph.stages.len() {
        return Err(format!("{} stages, not {}", graph.stages.len(), expected.len()));
    }
    for (expected, stage) in expected.iter().zip(&graph.stages) {
        let expected = row(expected);
        let actual = read_row(&file, &graph, stage);
        for (field, expected) in expected.as_object().into_iter().flatten() {
            let actual = &actual[field];
            if expected != actual {
                let index = stage.index;
                return Err(format!("stage {index} {field}: expected {expected}, is {actual}"));
            }
        }
    }
    Ok(())
}

/// What counts of BuildKit's row: `PATH` stands first in its environment even if the file sets
/// it later, mounts without a source depend on `scratch`, and `/x/` is `/x`.
fn row(it: &Value) -> Value {
    let mut env = texts(it, "env");
    env.sort();
    let mut deps = texts(it, "deps");
    deps.retain(|it| it != "image:scratch");
    deps.sort();
    deps.dedup();
    let workdir = text(it, "workdir");
    let workdir = if workdir.len() > 1 { workdir.trim_end_matches('/') } else { &workdir };
    json!({
        "name": text(it, "name"), "base": text(it, "base"), "base_stage": it["base_stage"],
        "reachable": it["reachable"], "user": it["user"], "workdir": workdir,
        "entrypoint": texts(it, "entrypoint"), "cmd": texts(it, "cmd"), "shell": texts(it, "shell"),
        "env": env, "expose": texts(it, "expose"), "deps": deps,
        "onbuild": texts(it, "onbuild"), "platform": text(it, "platform"), "start": it["start"],
    })
}

fn read_row(file: &Dockerfile, graph: &StageGraph<'_>, stage: &Stage<'_>) -> Value {
    let (base, base_stage) = match &stage.base {
        Base::Stage(index) => (stage.from.expanded.clone(), Some(*index)),
        Base::Scratch => ("scratch".to_owned(), None),
        Base::Image(_) | Base::Unknown { .. } => (full_name(&stage.from.expanded), None),
    };
    let env = graph.env(stage.index);
    let shown = |(name, set): &(String, Set<Expanded>)| format!("{name}={}", set.value.text);
    let mut env: Vec<String> =
        env.iter().map(shown).filter(|it| *it != format!("PATH={PATH}")).collect();
    env.sort();
    let onbuild = file.instructions.iter().filter(|it| it.keyword == Keyword::Onbuild);
    let own = onbuild.filter(|it| is_in(graph, stage, it)).map(trigger_text);
    json!({
        "name": stage.name.clone().unwrap_or_default(), "base": base, "base_stage": base_stage,
        "reachable": stage.reachable, "user": value(stage.user.as_deref()),
        "workdir": value(stage.workdir.as_deref()),
        "entrypoint": words(stage.entrypoint.as_deref()), "cmd": words(stage.cmd.as_deref()),
        "shell": stage.shell.as_deref().map(|it| it.value.clone()).unwrap_or_default(),
        "env": env, "expose": ports(stage), "deps": deps(stage),
        "onbuild": own.collect::<Vec<_>>(),
        "platform": stage.from.platform.clone().unwrap_or_default(),
        "start": stage.from.lines.first,
    })
}

fn full_name(image: &str) -> String {
    Reference::parse(image).full_name()
}

fn value(set: Option<&Set<Expanded>>) -> String {
    set.map(|it| it.value.text.clone()).unwrap_or_default()
}

fn words(set: Option<&Set<CommandLine<'_>>>) -> Vec<String> {
    set.map(|it| it.value.words.clone()).unwrap_or_default()
}

fn ports(stage: &Stage<'_>) -> Vec<String> {
    let each = stage.exposed.iter().flat_map(|it| {
        let (first, last) = it.value.ports.unwrap_or((1, 0));
        (first..=last).map(|port| format!("{port}/{}", it.value.protocol)).collect::<Vec<_>>()
    });
    let mut ports: Vec<String> = each.collect();
    ports.sort();
    ports.dedup();
    ports
}

fn deps(stage: &Stage<'_>) -> Vec<String> {
    let name = |source: &Source| match source {
        Source::Stage(index) => format!("stage:{index}"),
        Source::Image(image) => format!("image:{}", full_name(image)),
        Source::Unknown(raw) => format!("unknown:{raw}"),
    };
    let mut deps: Vec<String> = stage.copies_from.iter().map(|it| name(&it.source)).collect();
    deps.sort();
    deps.dedup();
    deps
}

fn is_in(graph: &StageGraph<'_>, stage: &Stage<'_>, instruction: &Instruction) -> bool {
    let next = graph.stages.get(stage.index + 1).map_or(u32::MAX, |it| it.from.lines.first);
    (stage.from.lines.first..next).contains(&instruction.lines.first)
}

fn trigger_text(instruction: &Instruction) -> String {
    let body = |it: &Heredoc| format!("\n{}{}", it.body.as_str(), it.name);
    let bodies: String = instruction.heredocs.iter().map(body).collect();
    format!("{}{bodies}", instruction.text.as_str())
}
