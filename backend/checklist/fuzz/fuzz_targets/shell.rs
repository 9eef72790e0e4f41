//! The shell: any text behind `RUN`, in shell form and in a heredoc, gives commands whose
//! words stand inside their instruction.

#![no_main]

use checklist::dockerfile;
use checklist::shell::commands;
use checklist::stages::{BuildOptions, StageGraph};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|script: &str| {
    for source in [
        format!("FROM a\nARG V=1\nENV L=\"x y\"\nRUN {script}\n"),
        format!("FROM a\nRUN <<STOP\n{script}\nSTOP\n"),
    ] {
        let file = dockerfile::read(source.as_bytes());
        let graph = StageGraph::of(&file, &BuildOptions::default());
        for step in graph.chain() {
            let lines = step.instruction.lines;
            for command in commands(step.instruction, &graph.scope(&step)) {
                for word in command.program().iter().chain(&command.words) {
                    assert!(lines.first <= word.line && word.line <= lines.last, "{word:?}");
                }
            }
        }
    }
});
