//! What holds for every input.

use checklist::dockerfile::{self, Dockerfile};
use checklist::shell::commands;
use checklist::stages::{BuildOptions, StageGraph};
use checklist::{highlight, instructions};
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
    fn line_ends_and_a_byte_order_mark_change_nothing(source in source()) {
        // A second mark would be text.
        let source = source.replace(['\r', '\u{feff}'], "");
        let windows = format!("\u{feff}{}", source.replace('\n', "\r\n"));
        prop_assert_eq!(everything(source.as_bytes()), everything(windows.as_bytes()));
    }
}
