//! The stages of a Dockerfile: what starts from what, what is copied, which one
//! ships, and the hardened image for each.

use checklist::{Advice, FileState, LineRange, Report, StageRole, StageSummary, Suggestion};
use names::OrgLogin;

use crate::links;
use crate::parts::Linked;
use crate::suggested::RemarkRow;

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
    /// What becomes different with the image that takes its place: advice, and no verdict.
    pub(super) remarks: Vec<RemarkRow>,
}

/// What to do with the image that a stage starts from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Image {
    /// It starts from a stage or from nothing.
    Own,
    /// It is hardened already.
    Hardened,
    /// This one takes its place.
    Use(Linked),
    /// There is none; the reference is named so that people know which.
    NoneExists,
    /// The catalogue does not say.
    NotKnown,
}

/// The stages of a report, in the file's order. What the report suggests stands back behind
/// what is advised now: the catalogue may be a newer one.
pub(super) fn stages(org: &OrgLogin, report: &Report, advised: &[Advice]) -> Vec<Stage> {
    let advice = |index| advised.iter().find(|it| it.stage == index);
    report.stages.iter().map(|it| stage(org, it, report, advice(it.index))).collect()
}

fn stage(
    org: &OrgLogin,
    summary: &StageSummary,
    report: &Report,
    advice: Option<&Advice>,
) -> Stage {
    let base = report.bases.iter().find(|it| it.stage == summary.index);
    let remarks = advice.map(|it| it.remarks.as_slice()).unwrap_or_default();
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
            Some(base) => image(org, advice.map_or(&base.suggestion, |it| &it.suggestion)),
        },
        remarks: remarks.iter().map(|it| RemarkRow::new(it, "")).collect(),
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

fn image(org: &OrgLogin, suggestion: &Suggestion) -> Image {
    match suggestion {
        Suggestion::AlreadyHardened => Image::Hardened,
        Suggestion::Use(reference) => {
            Image::Use(Linked::new(reference.as_str(), links::image(org, reference)))
        }
        Suggestion::NoneExists => Image::NoneExists,
        Suggestion::NotKnown => Image::NotKnown,
    }
}

#[cfg(test)]
mod tests {
    use checklist::{BaseUse, Remark};

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
        let remark = Remark {
            about: checklist::About::Shell,
            lines: Some(LineRange { first: 3, last: 4 }),
            sentence: "`dhi.io/node:24` has no shell.".to_owned(),
        };
        let advised = Advice {
            stage: 1,
            lines: LineRange::one(2),
            reference: "node:22".to_owned(),
            suggestion: Suggestion::Use("dhi.io/node:24".to_owned()),
            remarks: vec![remark],
        };
        let org = "acme".parse().unwrap();
        let image = |stages: &[Stage]| match &stages[1].image {
            Image::Use(it) => it.text.clone(),
            other => format!("{other:?}"),
        };
        assert_eq!(image(&stages(&org, &report, &[])), "dhi.io/node:22");
        let stages = stages(&org, &report, &[advised]);
        assert_eq!(stages[1].label, "stage 1");
        assert_eq!(stages[1].copies_from, ["build"]);
        assert_eq!(image(&stages), "dhi.io/node:24");
        let remark = &stages[1].remarks[0];
        assert_eq!(
            (remark.about, remark.lines.as_ref().unwrap().text.as_str()),
            ("Shell", "lines 3\u{2013}4")
        );
        assert!(stages[1].ships && !stages[0].ships);
    }
}
