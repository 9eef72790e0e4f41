//! Base image: every `FROM` names a Docker Hardened Image.
//!
//! What `COPY --from=IMAGE` and `RUN --mount=from=IMAGE` name is no base: it is remarked on
//! and changes no verdict.

use crate::footing::BaseImage;
use crate::reasons::base_image as reasons;
use crate::reference::{Found, Hardened, Standing};
use crate::rules::named;
use crate::stages::{Source, Stage};
use crate::subject::{Footing, Subject, purpose, ships};
use crate::suggest::{Use, is_for_building};
use crate::{Finding, LineRange, Outcome, StageRole, Suggestion, Verdict};

/// Reports every `FROM` that is not provably hardened.
pub(super) fn check(subject: &Subject<'_>) -> Outcome {
    let mut findings: Vec<Finding> =
        subject.stages().filter_map(|it| finding(subject, it)).collect();
    findings.extend(subject.stages().flat_map(|it| copied(subject, it)));
    Outcome::of(findings, Verdict::Met)
}

/// A remark on each image that is no hardened one and that a stage takes files from.
fn copied<'s>(
    subject: &'s Subject<'_>,
    stage: &'s Stage<'_>,
) -> impl Iterator<Item = Finding> + 's {
    stage.copies_from.iter().filter_map(|it| {
        let Source::Image(image) = &it.source else { return None };
        let short = subject.foreign_name(image)?;
        let message = format!("Files are taken from `{short}`, which is no hardened image.");
        let lines = LineRange::one(it.lines.first);
        Some(reasons::COPIED_IMAGE.at(lines, message).fix(artifact_advice(&Suggestion::NotKnown)))
    })
}

fn finding(subject: &Subject<'_>, stage: &Stage<'_>) -> Option<Finding> {
    let lines = stage.from.lines;
    match subject.own_footing(stage)? {
        Footing::Scratch => ships(stage.role).then(|| scratch(subject, stage)),
        Footing::Unknown { raw, variable } => Some(unknown(raw, variable.as_deref(), lines)),
        Footing::Image(image) => image_finding(subject, stage, image),
    }
}

fn scratch(subject: &Subject<'_>, stage: &Stage<'_>) -> Finding {
    let suggestion = subject.suggestion_for(&Footing::Scratch, Use::Ship);
    let message = "The final stage starts from `scratch`, which is no hardened image.";
    let fix = format!(
        "Start from {}, which adds certificates, time zones and a nonroot user, or confirm that an \
         empty image is wanted.",
        named(&suggestion, "the hardened static image")
    );
    reasons::SCRATCH.at(stage.from.lines, message).fix(fix)
}

fn unknown(raw: &str, variable: Option<&str>, lines: LineRange) -> Finding {
    let (message, fix) = match variable {
        Some(name) => (
            format!("The base image is not known: `{name}` in `{raw}` has no default."),
            format!("Give `{name}` a default before the first `FROM` that names a hardened image."),
        ),
        None => (
            format!("The base image `{raw}` cannot be read."),
            "Write a complete image reference behind `FROM`.".to_owned(),
        ),
    };
    reasons::BASE_UNKNOWN.at(lines, message).fix(fix)
}

fn image_finding(
    subject: &Subject<'_>,
    stage: &Stage<'_>,
    image: &BaseImage<'_>,
) -> Option<Finding> {
    let (lines, short) = (stage.from.lines, &image.short);
    let suggestion = subject.suggestion(stage);
    match &image.standing {
        Standing::Hardened(hardened) => remark(subject, hardened, short, lines),
        Standing::Impossible { name, why } => {
            let message = format!("`{short}` cannot exist: {why}.");
            let use_this = named(&suggestion, &format!("a live tag of `dhi.io/{name}`"));
            Some(reasons::NO_SUCH_TAG.at(lines, message).fix(format!("Use {use_this}.")))
        }
        Standing::Placeholder { name } => {
            let message = format!("The tag of `{short}` looks like a mark for a build argument.");
            let use_this = named(&suggestion, &format!("a live tag of `dhi.io/{name}`"));
            let fix = format!("Give the argument a real default, such as {use_this}.");
            Some(reasons::PLACEHOLDER_TAG.at(lines, message).fix(fix))
        }
        Standing::PerhapsMirror => {
            let message = format!("`{short}` is called like a mirror of a hardened image.");
            let fix = "Confirm it, or declare its prefix as hardened in the settings.";
            Some(reasons::MIRROR.at(lines, message).fix(fix))
        }
        Standing::Unlisted { name } => {
            let message = format!("No hardened image called `{name}` is known.");
            let fix = format!("Confirm that `{short}` is a hardened image.");
            Some(reasons::NOT_LISTED.at(lines, message).fix(fix))
        }
        Standing::Other => Some(not_hardened(subject, stage, short, &suggestion)),
    }
}

/// What is worth saying about a hardened image although the item is met.
fn remark(
    subject: &Subject<'_>,
    hardened: &Hardened<'_>,
    short: &str,
    lines: LineRange,
) -> Option<Finding> {
    let past = hardened.end_of_life.as_ref().filter(|it| subject.catalog.is_past(it));
    if let Some(day) = past {
        let message = format!("The maintenance of `{short}` ended on {day}.");
        return Some(reasons::END_OF_LIFE.at(lines, message).fix("Move to a newer version."));
    }
    match &hardened.found {
        Found::Withdrawn(date) => {
            let message = format!("`{short}` was withdrawn on {date} and gets no more updates.");
            Some(reasons::WITHDRAWN_TAG.at(lines, message).fix("Move to a live tag."))
        }
        Found::Live | Found::OlderPatch(_) | Found::ByGrammar | Found::DigestOnly => None,
    }
}

fn not_hardened(
    subject: &Subject<'_>,
    stage: &Stage<'_>,
    short: &str,
    suggestion: &Suggestion,
) -> Finding {
    let lines = stage.from.lines;
    let message = format!("`{short}` is not a Docker Hardened Image.");
    let fix = advice(subject, purpose(stage), suggestion);
    match stage.role {
        StageRole::Artifact => reasons::ARTIFACT_IMAGE
            .at(lines, format!("{message} Files are only copied from it."))
            .fix(artifact_advice(suggestion)),
        StageRole::Final
        | StageRole::Chain
        | StageRole::Build
        | StageRole::OtherTarget
        | StageRole::Ignored => reasons::NOT_HARDENED.at(lines, message).fix(fix),
    }
}

fn artifact_advice(suggestion: &Suggestion) -> String {
    let hardened = named(suggestion, "");
    if hardened.is_empty() {
        return "Confirm that what is copied from it may ship.".to_owned();
    }
    format!("Confirm that what is copied from it may ship, or take it from {hardened}.")
}

fn advice(subject: &Subject<'_>, purpose: Use, suggestion: &Suggestion) -> String {
    let plain = || named(&subject.plain_base(purpose), "a hardened base");
    match (suggestion, purpose) {
        (Suggestion::Use(reference), Use::Build) => format!("A build stage: use `{reference}`."),
        (Suggestion::Use(reference), Use::Ship) if is_for_building(reference) => {
            format!("Build on `{reference}` and ship the result on a hardened runtime image.")
        }
        (Suggestion::Use(reference), Use::Ship) => format!("Use `{reference}`."),
        (Suggestion::NoneExists, Use::Build) => format!(
            "No hardened image replaces it: build on {} and install there what the stage \
             needs.",
            plain()
        ),
        (Suggestion::NoneExists, Use::Ship) => format!(
            "No hardened image replaces it: start from {} and copy in what the application \
             needs.",
            plain()
        ),
        (Suggestion::NotKnown | Suggestion::AlreadyHardened, _) => {
            "The catalogue knows no counterpart: rebuild it on a hardened image, or declare its \
             prefix if it is one."
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    mod cases;

    use crate::Item::BaseImage;
    use crate::rules::testing::{sentences, verdict};

    #[test]
    fn hardened_images_in_every_stage_meet_the_item() {
        let text = "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(BaseImage, text), "met");
    }

    #[test]
    fn each_other_image_is_named_with_its_counterpart() {
        let text = "FROM node:24-alpine AS build\nRUN npm ci\nFROM nginx:1.25-alpine\nCOPY --from=build /a /a\n";
        assert_eq!(
            sentences(BaseImage, text),
            "`node:24-alpine` is not a Docker Hardened Image. A build stage: use `dhi.io/node:24-alpine3.24-dev`.\n\
             `nginx:1.25-alpine` is not a Docker Hardened Image. Use `dhi.io/nginx:1.30-alpine3.24`."
        );
    }

    #[test]
    fn minimal_images_of_others_are_not_hardened() {
        let text = "FROM gcr.io/distroless/static-debian12\nCOPY app /app\n";
        assert_eq!(verdict(BaseImage, text), "remaining: not-hardened@1");
    }

    #[test]
    fn an_image_that_is_only_copied_from_is_for_a_person_to_judge() {
        let text = "FROM busybox:1 AS tools\nFROM dhi.io/static:20250419\nCOPY --from=tools /bin/wget /wget\n";
        assert_eq!(verdict(BaseImage, text), "verify: artifact-image@1");
    }

    #[test]
    fn an_image_named_in_copy_is_no_base() {
        let text = "FROM dhi.io/node:24\nCOPY --from=busybox:1 /bin/wget /wget\n";
        assert_eq!(verdict(BaseImage, text), "met: copied-from-image@2");
        let text = "FROM dhi.io/node:24-dev\nRUN --mount=from=ghcr.io/astral-sh/uv:1,target=/u a\n";
        assert_eq!(verdict(BaseImage, text), "met: copied-from-image@2");
        let text = "FROM dhi.io/node:24\nCOPY --from=dhi.io/busybox:1 /bin/wget /wget\n";
        assert_eq!(verdict(BaseImage, text), "met");
    }

    #[test]
    fn scratch_at_the_end_is_for_a_person_to_judge() {
        let text = "FROM dhi.io/golang:1.26-dev AS build\nRUN go build\nFROM scratch\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(BaseImage, text), "verify: scratch-final@3");
    }

    #[test]
    fn an_argument_without_a_default_is_unknown() {
        assert_eq!(verdict(BaseImage, "ARG BASE\nFROM ${BASE}\n"), "unknown: base-unknown@2");
        assert_eq!(verdict(BaseImage, "ARG BASE=dhi.io/node:24\nFROM ${BASE}\n"), "met");
    }

    #[test]
    fn a_hardened_image_without_a_tag_cannot_be_pulled() {
        assert_eq!(
            sentences(BaseImage, "FROM dhi.io/python\nCMD [\"python3\", \"a.py\"]\n"),
            "`dhi.io/python` cannot exist: it has no tag, and there is no `latest`. Use `dhi.io/python:3-debian13`."
        );
    }

    #[test]
    fn a_target_for_development_does_not_count() {
        let text = "FROM node:24 AS dev\nRUN npm ci\nFROM dhi.io/node:24\nCOPY . .\n";
        assert_eq!(verdict(BaseImage, text), "met");
    }

    #[test]
    fn another_target_counts() {
        let text = "FROM node:24 AS worker\nRUN npm ci\nFROM dhi.io/node:24\nCOPY . .\n";
        assert_eq!(verdict(BaseImage, text), "remaining: not-hardened@1");
    }

    #[test]
    fn a_withdrawn_tag_is_hardened_and_said_so() {
        assert_eq!(verdict(BaseImage, "FROM dhi.io/node:20-debian13\n"), "met: withdrawn-tag@1");
    }

    #[test]
    fn a_mirror_outside_docker_hub_must_be_confirmed() {
        assert_eq!(verdict(BaseImage, "FROM ghcr.io/acme/dhi-node:24\n"), "verify: mirror@1");
    }
}
