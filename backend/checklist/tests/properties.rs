//! What holds for every input.

use checklist::dockerfile::{self, Dockerfile};
use checklist::shell::commands;
use checklist::stages::{BuildOptions, StageGraph};
use checklist::{Catalog, FileKind, Policy, SourceFile, check, highlight, instructions};
use proptest::prelude::*;

/// Lines that look enough like a Dockerfile to reach its corners.
fn source() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("FROM a AS b".to_owned()),
        Just("FROM b".to_owned()),
        Just("COPY --from=b x y".to_owned()),
        Just("EOF".to_owned()),
        Just("# c".to_owned()),
        Just("# escape=`".to_owned()),
        Just(String::new()),
        "(RUN|CMD|ENV|ARG|EXPOSE|USER|ONBUILD RUN|LABEL) [a-z$={}'\"\\\\`<>&|;()\\[\\], -]{0,20}",
        "RUN [a-z ]{0,5}<<-?['\"]?EOF['\"]?( &&)? ?\\\\?",
        "[ \t]*[a-zé#&\\\\]{0,8} \\\\",
        ".{0,12}",
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

/// The whole report on a file, as it is stored.
fn report(source: &str) -> String {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: source.as_bytes() };
    format!("{:?}", check(&file, Catalog::built_in(), &Policy::default()))
}

/// Lines from which reports with many findings come.
fn checkable() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "FROM (node:24|dhi.io/node:24|dhi.io/node:24-dev|scratch|\\$B)( AS (a|b|test))?",
        "RUN (apt-get install -y curl ca-certificates|apk add \\$P|x|\\./install\\.sh)( && \\\\\n  y)?",
        "USER (root|node|\\$U|1001)",
        "COPY( --from=(a|0|busybox))?( --chown=(node|1|x))? /etc/ssl/certs /b",
        "(ENTRYPOINT|CMD) (\\[\"[a-z./-]{1,9}\"\\]|node a\\.js)",
        "EXPOSE (80|1024|8080|\\$P|1-9/udp)",
        "(ENV|ARG) (B|P|U|PORT)(=[a-z0-9:]{0,5})?",
        "(SHELL|VOLUME) \\[\"/bin/sh\"\\]",
        "HEALTHCHECK CMD x",
    ];
    prop::collection::vec(line, 1..14).prop_map(|lines| lines.join("\n"))
}

/// Everything that is read of a file, in a form that can be compared.
fn everything(bytes: &[u8]) -> String {
    let file = dockerfile::read(bytes);
    let graph = StageGraph::of(&file, &BuildOptions::default());
    let steps = graph.stages.iter().flat_map(|it| it.steps.iter());
    let found: Vec<_> = steps.map(|step| commands(step.instruction, &graph.scope(step))).collect();
    format!("{file:?} {:?} {found:?} {:?}", graph.stages, highlight(bytes))
}

fn lines_are_in_order(file: &Dockerfile) -> bool {
    let mut before = 0;
    file.instructions.iter().all(|it| {
        let fits = before < it.lines.first && it.lines.first <= it.lines.last;
        before = it.lines.last;
        fits && it.lines.last <= file.line_count
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        everything(&bytes);
    }

    #[test]
    fn lines_ascend_inside_the_file(source in source()) {
        let file = dockerfile::read(source.as_bytes());
        prop_assert!(lines_are_in_order(&file), "{file:?}");
        prop_assert_eq!(instructions(source.as_bytes()).len(), file.instructions.len());
    }

    #[test]
    fn every_command_stands_inside_its_instruction(source in source()) {
        let file = dockerfile::read(source.as_bytes());
        let graph = StageGraph::of(&file, &BuildOptions::default());
        for step in graph.stages.iter().flat_map(|it| it.steps.iter()) {
            let lines = step.instruction.lines;
            for command in commands(step.instruction, &graph.scope(step)) {
                let inside = |it: u32| lines.first <= it && it <= lines.last;
                let words = command.words.iter().all(|it| inside(it.line));
                prop_assert!(inside(command.line) && words, "{command:?} {lines:?}");
            }
        }
    }

    #[test]
    fn what_is_joined_can_be_taken_apart_again(source in source()) {
        let file = dockerfile::read(source.as_bytes());
        let physical: Vec<&str> = source.split('\n').collect();
        for instruction in &file.instructions {
            let text = instruction.text.as_str();
            let starts = text.char_indices().map(|(at, it)| (instruction.text.line_at(at), it));
            let mut lines: Vec<(u32, String)> = Vec::new();
            for (line, character) in starts {
                match lines.last_mut().filter(|(last, _)| *last == line) {
                    Some((_, part)) => part.push(character),
                    None => lines.push((line, character.to_string())),
                }
            }
            for (line, part) in lines {
                let written = physical[line as usize - 1];
                prop_assert!(written.contains(part.trim_end_matches('\n')), "{part:?} {written:?}");
            }
        }
    }

    #[test]
    fn all_evidence_stands_inside_the_file_and_in_order(source in checkable()) {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: source.as_bytes() };
        let found = check(&file, Catalog::built_in(), &Policy::default());
        let count = source.split('\n').count() as u32;
        for outcome in &found.outcomes {
            let lines: Vec<_> = outcome.findings.iter().filter_map(|it| it.lines).collect();
            prop_assert!(lines.is_sorted(), "{lines:?}");
            prop_assert!(lines.iter().all(|it| 1 <= it.first && it.first <= it.last && it.last <= count));
        }
    }

    #[test]
    fn line_ends_and_a_byte_order_mark_change_no_verdict(source in checkable()) {
        let windows = format!("\u{feff}{}", source.replace('\n', "\r\n"));
        prop_assert_eq!(report(&source), report(&windows));
    }

    #[test]
    fn line_ends_and_a_byte_order_mark_change_nothing(source in source()) {
        // A second mark would be text.
        let source = source.replace(['\r', '\u{feff}'], "");
        let windows = format!("\u{feff}{}", source.replace('\n', "\r\n"));
        prop_assert_eq!(everything(source.as_bytes()), everything(windows.as_bytes()));
    }
}
