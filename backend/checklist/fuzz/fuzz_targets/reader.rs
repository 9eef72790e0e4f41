//! Reading: any bytes become instructions whose lines ascend inside the file, and stages.

#![no_main]

use checklist::dockerfile;
use checklist::stages::{BuildOptions, StageGraph};
use checklist::{highlight, instructions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = dockerfile::read(bytes);
    let mut before = 0;
    for instruction in &file.instructions {
        let lines = instruction.lines;
        assert!(before < lines.first && lines.first <= lines.last, "{lines:?} after {before}");
        before = lines.last;
    }
    assert!(before <= file.line_count);
    assert_eq!(instructions(bytes).len(), file.instructions.len());
    let graph = StageGraph::of(&file, &BuildOptions::default());
    for stage in &graph.stages {
        graph.env(stage.index);
    }
    highlight(bytes);
});
