//! Multi-stage build: dev images build, a runtime image ships.

use std::collections::BTreeSet;

use crate::dockerfile::{Arguments, Keyword};
use crate::reasons::multi_stage_build as reasons;
use crate::rules::named;
use crate::stages::{Stage, Step};
use crate::subject::{Ground, Subject, ships};
use crate::suggest::Use;
use crate::{Finding, LineRange, Outcome, StageRole, Verdict};

/// Judges what builds and what ships.
pub(super) fn check(subject: &Subject<'_>) -> Outcome {
    let runs = subject.stages().any(|it| first_run(it).is_some());
    let mut findings: Vec<Finding> = final_finding(subject, runs).into_iter().collect();
    findings.extend(shipped_run(subject));
    findings.extend(build_stages(subject));
    findings.extend(trigger(subject));
    let nothing_to_say = subject.final_footing().ground() == Ground::Foreign && !runs;
    let otherwise = if nothing_to_say { Verdict::NotApplicable } else { Verdict::Met };
    Outcome::of(findings, otherwise).settled_by_base_image(&[
        &reasons::BUILD_STAGE_NOT_DEV,
        &reasons::FINAL_NOT_HARDENED,
        &reasons::OTHER_TARGET,
    ])
}

/// The first `RUN` that a stage executes.
fn first_run<'a>(stage: &Stage<'a>) -> Option<Step<'a>> {
    stage.steps.iter().find(|it| it.instruction.keyword == Keyword::Run).copied()
}

/// What the final stage stands on.
fn final_finding(subject: &Subject<'_>, runs: bool) -> Option<Finding> {
    let footing = subject.final_footing();
    let (lines, base) = (subject.final_from(), footing.name());
    let suggestion = subject.suggestion_for(footing, Use::Ship);
    match footing.ground() {
        Ground::Dev => {
            let message = format!("`{base}` is for building, and it ships.");
            let fix = format!(
                "Ship {} and copy the result into it.",
                named(&suggestion, "a runtime image")
            );
            Some(reasons::DEV_SHIPS.at(lines, message).fix(fix))
        }
        Ground::Runtime | Ground::Scratch => None,
        Ground::Unclear => {
            let message = format!("Whether `{base}` is for building or for shipping is not known.");
            Some(
                reasons::VARIANT_UNKNOWN
                    .at(lines, message)
                    .fix("Confirm that it is a runtime image."),
            )
        }
        Ground::Foreign if runs && subject.graph.stages.len() > 1 => {
            let message = format!("The final stage is `{base}`, which is no hardened image.");
            let fix = format!("Ship {}.", named(&suggestion, "a hardened runtime image"));
            Some(reasons::FINAL_NOT_HARDENED.at(lines, message).fix(fix))
        }
        Ground::Foreign => None,
        Ground::Unknown => {
            let message = format!("The final stage's image `{base}` cannot be read.");
            Some(reasons::BASE_UNKNOWN.at(lines, message).fix("Give the build argument a default."))
        }
    }
}

/// `RUN` in what ships, said once.
fn shipped_run(subject: &Subject<'_>) -> Option<Finding> {
    let chain = subject.graph.chain();
    let runs: Vec<&Step<'_>> =
        chain.iter().filter(|it| it.instruction.keyword == Keyword::Run).collect();
    let lines = LineRange::one(runs.first()?.instruction.lines.first);
    let builder = subject.builder(subject.final_footing());
    let builder = named(&builder, "a dev image");
    if subject.graph.stages.len() == 1 {
        let message = "The only stage both builds and ships.";
        let fix = format!(
            "Build in a first stage on {builder} and copy the result into a runtime image."
        );
        return Some(reasons::SINGLE_STAGE.at(lines, message).fix(fix));
    }
    let times = match runs.len() {
        1 => "One RUN stands".to_owned(),
        count => format!("{count} RUN stand"),
    };
    let message = format!("{times} in what ships.");
    Some(reasons::RUN_SHIPS.at(lines, message).fix("Move it to a build stage and copy the result."))
}

/// The stages that build and do not ship. Of those that inherit from one another only the
/// first is named: all stand on the same `FROM`.
fn build_stages(subject: &Subject<'_>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let building = subject.stages().filter(|it| !ships(it.role) && first_run(it).is_some());
    let is_other = |it: &Stage<'_>| matches!(it.role, StageRole::OtherTarget);
    let first = building.filter(|it| seen.insert((subject.root(it), is_other(it))));
    first.filter_map(|it| build_stage(subject, it)).collect()
}

fn build_stage(subject: &Subject<'_>, stage: &Stage<'_>) -> Option<Finding> {
    let run = first_run(stage)?;
    let footing = subject.footing(stage);
    let (lines, base) = (stage.from.lines, footing.name());
    let title =
        stage.name.as_ref().map_or(format!("Stage {}", stage.index), |it| format!("Stage `{it}`"));
    let suggestion = named(&subject.builder(footing), "a hardened dev image");
    let is_other = stage.role == StageRole::OtherTarget;
    match footing.ground() {
        Ground::Dev => None,
        Ground::Runtime | Ground::Foreign | Ground::Scratch | Ground::Unknown if is_other => {
            let message = format!("{title} is another target and runs commands on `{base}`.");
            let lines = LineRange::one(run.instruction.lines.first);
            Some(
                reasons::OTHER_TARGET
                    .at(lines, message)
                    .fix(format!("If it is built, build on {suggestion}.")),
            )
        }
        Ground::Runtime | Ground::Foreign | Ground::Scratch => {
            let message = format!("{title} builds on `{base}`, which is no hardened dev image.");
            Some(
                reasons::BUILD_STAGE_NOT_DEV
                    .at(lines, message)
                    .fix(format!("Build on {suggestion}.")),
            )
        }
        Ground::Unclear => {
            let message = format!("{title} builds on `{base}`, whose variant is not known.");
            Some(reasons::VARIANT_UNKNOWN.at(lines, message).fix("Confirm that it is a dev image."))
        }
        Ground::Unknown => {
            let message = format!("{title} builds on `{base}`, which cannot be read.");
            Some(reasons::BASE_UNKNOWN.at(lines, message).fix("Give the build argument a default."))
        }
    }
}

/// `ONBUILD RUN`: what is built on this image runs it.
fn trigger(subject: &Subject<'_>) -> Option<Finding> {
    let triggers = &subject.final_stage()?.onbuild;
    let run = triggers.iter().find(|it| {
        it.keyword == Keyword::Run
            || matches!(&it.arguments, Arguments::Trigger(inner) if inner.keyword == Keyword::Run)
    })?;
    let message = "ONBUILD RUN builds in whatever starts from this image.";
    Some(
        reasons::ONBUILD
            .at(LineRange::one(run.lines.first), message)
            .fix("Confirm that only build stages start from it."),
    )
}

#[cfg(test)]
mod tests {
    use crate::Item::MultiStageBuild;
    use crate::rules::testing::{sentences, verdict};

    #[test]
    fn building_on_dev_and_shipping_runtime_meets_the_item() {
        let text = "FROM dhi.io/golang:1.26-dev AS build\nRUN go build\nFROM dhi.io/static:20250419\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(MultiStageBuild, text), "met");
        let text = "FROM dhi.io/golang:1.26-dev AS build\nRUN go build\nFROM scratch\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(MultiStageBuild, text), "met");
    }

    #[test]
    fn a_single_runtime_stage_that_only_copies_meets_the_item() {
        assert_eq!(verdict(MultiStageBuild, "FROM dhi.io/nginx:1\nCOPY a /a\n"), "met");
    }

    #[test]
    fn a_single_stage_on_another_image_without_commands_is_no_build() {
        assert_eq!(verdict(MultiStageBuild, "FROM nginx:1.25\nCOPY a /a\n"), "not-applicable");
    }

    #[test]
    fn a_dev_image_must_not_ship() {
        let text = "FROM dhi.io/node:24-dev\nCOPY . .\nCMD [\"node\", \"a.js\"]\n";
        assert_eq!(
            sentences(MultiStageBuild, text),
            "`dhi.io/node:24-dev` is for building, and it ships. Ship `dhi.io/node:24-debian13` and copy the result into it."
        );
    }

    #[test]
    fn a_single_stage_that_builds_remains() {
        assert_eq!(
            verdict(MultiStageBuild, "FROM node:24\nCOPY . .\nRUN npm ci\n"),
            "remaining: single-stage-builds@3"
        );
    }

    #[test]
    fn a_builder_on_another_image_is_settled_by_its_base() {
        let text =
            "FROM node:24 AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(MultiStageBuild, text), "remaining (base-image): build-stage-not-dev@1");
        let text = "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM node:24-slim\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(MultiStageBuild, text), "remaining (base-image): final-not-hardened@3");
        let text = "FROM node:24 AS build\nRUN npm ci\nFROM build AS worker\nRUN x\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n";
        assert_eq!(
            verdict(MultiStageBuild, text),
            "remaining (base-image): build-stage-not-dev@1 other-target-builds@4"
        );
    }

    #[test]
    fn commands_in_what_ships_remain() {
        let text = "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM dhi.io/node:24\nRUN true\nRUN true\n";
        assert_eq!(
            sentences(MultiStageBuild, text),
            "2 RUN stand in what ships. Move it to a build stage and copy the result."
        );
    }

    #[test]
    fn a_digest_alone_does_not_say_which_variant() {
        let text = "FROM dhi.io/node@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nCOPY a /a\n";
        assert_eq!(verdict(MultiStageBuild, text), "verify: variant-unknown@1");
    }

    #[test]
    fn another_target_only_asks_for_a_look() {
        let text = "FROM node:24 AS worker\nRUN npm ci\nFROM dhi.io/node:24\nCOPY a /a\n";
        assert_eq!(verdict(MultiStageBuild, text), "verify: other-target-builds@2");
    }
}
