//! The stages drawn: boxes from top to bottom as in the file, at the left what
//! starts from what, at the right what is copied.

use checklist::{Report, StageRole, StageSummary};

const ROW: i64 = 44;
const BOX_HEIGHT: i64 = 28;
const BOX_LEFT: i64 = 64;
const BOX_RIGHT: i64 = 296;
const WIDTH: i64 = 360;
/// Characters of a label that fit a box.
const LABEL: usize = 30;
/// More stages than this are told by the table alone.
const SHOWN: usize = 30;

/// The drawing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Graph {
    pub(super) view_box: String,
    pub(super) label: String,
    pub(super) nodes: Vec<Node>,
    pub(super) arrows: Vec<Arrow>,
}

/// One stage.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// `ships`, `builds` or `aside`.
    pub(super) class: &'static str,
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) text_x: i64,
    pub(super) text_y: i64,
    pub(super) text: String,
}

/// From one stage to one that needs it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    /// `starts` or `copies`.
    pub(super) class: &'static str,
    pub(super) path: String,
}

impl Graph {
    /// The drawing of a report's stages; none where there is nothing between them.
    pub(super) fn new(report: &Report) -> Option<Self> {
        let stages = &report.stages;
        if stages.len() < 2 || stages.len() > SHOWN {
            return None;
        }
        let rows = i64::try_from(stages.len()).ok()?;
        Some(Self {
            view_box: format!("0 0 {WIDTH} {}", rows * ROW),
            label: label(stages),
            nodes: (0..).zip(stages).map(|(row, it)| node(row, it)).collect(),
            arrows: (0..).zip(stages).flat_map(|(row, it)| arrows(row, it, stages)).collect(),
        })
    }
}

fn label(stages: &[StageSummary]) -> String {
    let ships = stages.iter().filter(|it| ships(it)).map(name).collect::<Vec<_>>().join(", ");
    format!("{} stages, of which {ships} ships; the table has the same in words", stages.len())
}

fn name(stage: &StageSummary) -> String {
    stage.name.clone().unwrap_or_else(|| format!("stage {}", stage.index))
}

fn ships(stage: &StageSummary) -> bool {
    matches!(stage.role, StageRole::Final | StageRole::Chain)
}

fn node(row: i64, stage: &StageSummary) -> Node {
    let class = match stage.role {
        StageRole::Final | StageRole::Chain => "ships",
        StageRole::Build | StageRole::Artifact => "builds",
        StageRole::OtherTarget | StageRole::Ignored => "aside",
    };
    Node {
        class,
        x: BOX_LEFT,
        y: middle(row) - BOX_HEIGHT / 2,
        width: BOX_RIGHT - BOX_LEFT,
        height: BOX_HEIGHT,
        text_x: i64::midpoint(BOX_LEFT, BOX_RIGHT),
        text_y: middle(row) + 4,
        text: shortened(&name(stage)),
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LABEL {
        return name.to_owned();
    }
    let beginning: String = name.chars().take(LABEL - 1).collect();
    format!("{beginning}\u{2026}")
}

fn middle(row: i64) -> i64 {
    row * ROW + ROW / 2
}

fn arrows(row: i64, stage: &StageSummary, stages: &[StageSummary]) -> Vec<Arrow> {
    let row_of = |index: u32| {
        let place = stages.iter().position(|it| it.index == index)?;
        i64::try_from(place).ok()
    };
    let starts = stage
        .base_stage
        .and_then(row_of)
        .map(|from| Arrow { class: "starts", path: curve(BOX_LEFT, -1, from, row) });
    let copies = stage
        .copies_from
        .iter()
        .filter_map(|it| row_of(*it))
        .map(|from| Arrow { class: "copies", path: curve(BOX_RIGHT, 1, from, row) });
    starts.into_iter().chain(copies).collect()
}

/// A curve beside the boxes: the further the stages are apart, the wider.
fn curve(edge: i64, side: i64, from: i64, to: i64) -> String {
    let bend = edge + side * (14 + 10 * (to - from).abs().min(4));
    // A little apart, so that what arrives and what leaves do not meet in one point.
    let (start, end) = (middle(from) + 5, middle(to) - 5);
    format!("M{edge} {start}C{bend} {start} {bend} {end} {edge} {end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::dockerfile::tests::report;
    use checklist::LineRange;

    fn stage(index: u32, role: StageRole, copies_from: &[u32]) -> StageSummary {
        StageSummary {
            index,
            name: None,
            role,
            base: "a".to_owned(),
            base_stage: None,
            copies_from: copies_from.to_vec(),
            lines: LineRange::one(1),
        }
    }

    #[test]
    fn what_is_copied_is_an_arrow_at_the_right() {
        let mut report = report(&[]);
        report.stages = vec![stage(0, StageRole::Build, &[]), stage(1, StageRole::Final, &[0, 7])];
        let graph = Graph::new(&report).unwrap();
        assert_eq!(
            graph.label,
            "2 stages, of which stage 1 ships; the table has the same in words"
        );
        assert_eq!(graph.arrows.len(), 1, "a stage that is not there is no arrow");
        assert_eq!(graph.arrows[0].path, "M296 27C320 27 320 61 296 61");
        assert_eq!((graph.nodes[0].class, graph.nodes[1].class), ("builds", "ships"));
    }

    #[test]
    fn one_stage_is_no_drawing() {
        let mut report = report(&[]);
        report.stages = vec![stage(0, StageRole::Final, &[])];
        assert_eq!(Graph::new(&report), None);
    }
}
