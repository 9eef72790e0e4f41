//! The stages of a Dockerfile: what starts from what, what is copied, which one
//! ships, and the hardened image for each.

use checklist::{BaseUse, FileState, LineRange, Report, StageRole, StageSummary, Suggestion};

/// One stage as the page prints it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stage {
    /// Its place among the stages, from 0, as `COPY --from` counts.
    pub(super) index: u32,
    pub(super) label: String,
    /// What stands after `FROM`.
    pub(super) base: String,
    /// The name of the stage it starts from.
    pub(super) starts_from: Option<String>,
    /// The names of the stages it copies from.
    pub(super) copies_from: Vec<String>,
    pub(super) role: &'static str,
    pub(super) ships: bool,
    pub(super) line: u32,
    pub(super) image: Image,
}

/// What to do with the image that a stage starts from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Image {
    /// It starts from a stage or from nothing.
    Own,
    /// It is hardened already.
    Hardened,
    /// This one takes its place.
    Use(String),
    /// There is none; the reference is named so that people know which.
    NoneExists,
    /// The catalogue does not say.
    NotKnown,
}

/// The stages of a report, in the file's order.
pub(super) fn stages(report: &Report) -> Vec<Stage> {
    report.stages.iter().map(|it| stage(it, report)).collect()
}

fn stage(summary: &StageSummary, report: &Report) -> Stage {
    let base = report.bases.iter().find(|it| it.stage == summary.index);
    let is_windows = report.state == FileState::Windows;
    let copies = summary.copies_from.iter().map(|it| label_of(*it, report));
    Stage {
        index: summary.index,
        label: label(summary),
        base: summary.base.clone(),
        starts_from: summary.base_stage.map(|it| label_of(it, report)),
        copies_from: copies.collect(),
        role: role(summary.role),
        ships: matches!(summary.role, StageRole::Final | StageRole::Chain),
        line: first(summary.lines),
        image: match base {
            None => Image::Own,
            Some(_) if is_windows => Image::NoneExists,
            Some(base) => image(base),
        },
    }
}

fn first(lines: LineRange) -> u32 {
    lines.first
}

fn label(stage: &StageSummary) -> String {
    stage.name.clone().unwrap_or_else(|| format!("stage {}", stage.index))
}

fn label_of(index: u32, report: &Report) -> String {
    report
        .stages
        .iter()
        .find(|it| it.index == index)
        .map_or_else(|| format!("stage {index}"), label)
}

fn role(role: StageRole) -> &'static str {
    match role {
        StageRole::Final => "ships",
        StageRole::Chain => "ships, inside the final stage",
        StageRole::Build => "builds",
        StageRole::Artifact => "is only copied from",
        StageRole::OtherTarget => "another target",
        StageRole::Ignored => "not counted: for development or tests",
    }
}

fn image(base: &BaseUse) -> Image {
    match &base.suggestion {
        Suggestion::AlreadyHardened => Image::Hardened,
        Suggestion::Use(reference) => Image::Use(reference.clone()),
        Suggestion::NoneExists => Image::NoneExists,
        Suggestion::NotKnown => Image::NotKnown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::dockerfile::tests::report;

    fn summary(index: u32, name: Option<&str>, role: StageRole) -> StageSummary {
        StageSummary {
            index,
            name: name.map(str::to_owned),
            role,
            base: "node:22".to_owned(),
            base_stage: None,
            copies_from: Vec::new(),
            lines: LineRange::one(index + 1),
        }
    }

    #[test]
    fn a_stage_names_what_it_copies_from_and_what_takes_its_images_place() {
        let mut report = report(&[]);
        let last = summary(1, None, StageRole::Final);
        report.stages = vec![
            summary(0, Some("build"), StageRole::Build),
            StageSummary { copies_from: vec![0], ..last },
        ];
        report.bases = vec![BaseUse {
            stage: 1,
            role: StageRole::Final,
            reference: "node:22".to_owned(),
            image: "node".to_owned(),
            hardened: Some(false),
            suggestion: Suggestion::Use("dhi.io/node:22".to_owned()),
            lines: LineRange::one(2),
        }];
        let stages = stages(&report);
        assert_eq!(stages[1].label, "stage 1");
        assert_eq!(stages[1].copies_from, ["build"]);
        assert_eq!(stages[1].image, Image::Use("dhi.io/node:22".to_owned()));
        assert!(stages[1].ships && !stages[0].ships);
    }
}
