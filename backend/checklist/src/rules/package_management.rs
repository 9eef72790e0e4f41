//! Package management: packages of the distribution are installed only in build stages on
//! dev images, with the manager of that image's distribution.

use crate::packages::{Installation, installation, is_install_script, is_variable_manager};
use crate::reasons::package_management as reasons;
use crate::rules::{listed, named};
use crate::shell::Command;
use crate::stages::Stage;
use crate::subject::{Ground, Subject, family_of, ships};
use crate::{Finding, LineRange, Outcome, StageRole, Verdict};

/// Reports every installation that is not in its place.
pub(super) fn check(subject: &Subject<'_>) -> Outcome {
    let mut findings = Vec::new();
    let mut installations = Vec::new();
    for stage in subject.stages() {
        for run in subject.commands(stage) {
            match installation(run) {
                Some(it) => {
                    findings.extend(misplaced(subject, stage, &it));
                    installations.push(it);
                }
                None => findings.extend(unclear(run)),
            }
        }
    }
    let otherwise = if installations.is_empty() { Verdict::NotApplicable } else { Verdict::Met };
    let outcome = Outcome::of(findings, otherwise);
    // A hardened base does not settle what none of its package managers can install.
    if installations.iter().any(|it| it.family.is_none()) {
        return outcome;
    }
    outcome.settled_by_base_image(&[&reasons::OUTSIDE_DEV])
}

fn misplaced(subject: &Subject<'_>, stage: &Stage<'_>, it: &Installation) -> Option<Finding> {
    if ships(stage.role) {
        return Some(in_runtime(subject, it));
    }
    let found = in_build_stage(subject, stage, it)?;
    if stage.role != StageRole::OtherTarget || found.verdict != Verdict::Remaining {
        return Some(found);
    }
    let message = format!("{} That stage is another target of this file.", found.message);
    Some(
        reasons::OTHER_TARGET
            .at(LineRange::one(it.line), message)
            .fix(found.fix.unwrap_or_default()),
    )
}

fn in_runtime(subject: &Subject<'_>, it: &Installation) -> Finding {
    let message = match what(it) {
        Some(packages) => {
            format!("`{}` installs {packages} in the image that ships.", it.title)
        }
        None => format!("`{}` changes packages in the image that ships.", it.title),
    };
    let builder = subject.builder(subject.final_footing());
    let fix = format!(
        "Install in a build stage on {} and copy what the application needs.",
        named(&builder, "a dev image")
    );
    reasons::IN_RUNTIME.at(LineRange::one(it.line), message).fix(fix)
}

fn in_build_stage(subject: &Subject<'_>, stage: &Stage<'_>, it: &Installation) -> Option<Finding> {
    let footing = subject.footing(stage);
    let (lines, base) = (LineRange::one(it.line), footing.name());
    let suggestion = named(&subject.builder(footing), "a dev image");
    match footing.ground() {
        Ground::Dev => wrong_manager(it, base, family_of(footing)),
        Ground::Runtime => {
            let message = format!("`{}` runs on `{base}`, which has no package manager.", it.title);
            Some(reasons::ON_RUNTIME_VARIANT.at(lines, message).fix(format!("Use {suggestion}.")))
        }
        Ground::Foreign | Ground::Scratch => {
            let message =
                format!("`{}` runs on `{base}`, which is no hardened dev image.", it.title);
            Some(reasons::OUTSIDE_DEV.at(lines, message).fix(format!("Build on {suggestion}.")))
        }
        Ground::Unclear => {
            let message = format!("`{}` runs on `{base}`, whose variant is not known.", it.title);
            Some(reasons::VARIANT_UNKNOWN.at(lines, message).fix("Confirm that it is a dev image."))
        }
        Ground::Unknown => {
            let message = format!("`{}` runs on `{base}`, which cannot be read.", it.title);
            Some(reasons::BASE_UNKNOWN.at(lines, message).fix("Give the build argument a default."))
        }
    }
}

fn wrong_manager(
    it: &Installation,
    base: &str,
    family: Option<crate::catalog::Family>,
) -> Option<Finding> {
    let family = family?;
    if it.family == Some(family) {
        return None;
    }
    let right = match family {
        crate::catalog::Family::Alpine => "apk add",
        crate::catalog::Family::Debian => "apt-get install",
    };
    let message = format!("`{}` does not work on `{base}`.", it.title);
    let fix = format!("Use `{right}` there.");
    Some(reasons::WRONG_MANAGER.at(LineRange::one(it.line), message).fix(fix))
}

/// Commands that may install without being readable.
fn unclear(run: &Command) -> Option<Finding> {
    let lines = LineRange::one(run.line);
    if is_variable_manager(run) {
        let message = "The package manager is a variable, so nobody can say what it installs.";
        return Some(reasons::VARIABLE_MANAGER.at(lines, message).fix("Name the package manager."));
    }
    if let Some(command) = playwright(run) {
        let message = format!("`{command}` installs packages with the manager of the image.");
        let fix = "Install in a build stage what the browsers need.";
        return Some(reasons::INSTALL_SCRIPT.at(lines, message).fix(fix));
    }
    let script = is_install_script(run)?;
    let message = format!("`{script}` may install packages; its text is not in this file.");
    Some(reasons::INSTALL_SCRIPT.at(lines, message).fix("Look into the script."))
}

/// Playwright's command line runs the package manager itself when it is asked to.
fn playwright(run: &Command) -> Option<&'static str> {
    let mut words = run.words.iter().filter_map(|it| it.text.as_deref());
    words.find(|it| *it == "playwright")?;
    words.find_map(|it| match it {
        "--with-deps" => Some("playwright install --with-deps"),
        "install-deps" => Some("playwright install-deps"),
        _ => None,
    })
}

/// The packages in running text; none for upgrades and unreadable lists.
fn what(it: &Installation) -> Option<String> {
    let names: Vec<String> = it.packages.iter().map(|it| it.name.clone()).collect();
    (!names.is_empty()).then(|| listed(&names))
}

#[cfg(test)]
mod tests {
    mod cases;

    use crate::Item::PackageManagement;
    use crate::rules::testing::{sentences, verdict};

    #[test]
    fn nothing_installed_means_not_applicable() {
        let text = "FROM dhi.io/node:24\nRUN pip install flask && npm ci\n";
        assert_eq!(verdict(PackageManagement, text), "not-applicable");
    }

    #[test]
    fn installing_on_a_dev_image_meets_the_item() {
        let text = "FROM dhi.io/node:24-alpine-dev AS build\nRUN apk add --no-cache git\nFROM dhi.io/node:24-alpine\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(PackageManagement, text), "met");
    }

    #[test]
    fn installing_in_what_ships_remains_at_the_very_line() {
        let text = "FROM python:3.12-slim\nRUN set -eux; \\\n    apt-get update; \\\n    apt-get install -y curl git \\\n      tini\n";
        assert_eq!(verdict(PackageManagement, text), "remaining: packages-in-runtime@4");
        assert_eq!(
            sentences(PackageManagement, text),
            "`apt-get install` installs curl, git and tini in the image that ships. Install in a build stage on `dhi.io/python:3.12-debian13-dev` and copy what the application needs."
        );
    }

    #[test]
    fn a_stage_that_the_final_one_inherits_from_ships_too() {
        let text = "FROM dhi.io/debian-base:trixie-dev AS base\nRUN apt-get install -y curl\nFROM base\nCOPY a /a\n";
        assert_eq!(verdict(PackageManagement, text), "remaining: packages-in-runtime@2");
    }

    #[test]
    fn a_build_stage_on_another_image_is_settled_by_its_base() {
        let text = "FROM golang:1.26 AS build\nRUN apt-get update && apt-get install -y git\nFROM dhi.io/static:20250419\nCOPY --from=build /a /a\n";
        assert_eq!(
            verdict(PackageManagement, text),
            "remaining (base-image): packages-outside-dev@2"
        );
    }

    #[test]
    fn the_manager_must_belong_to_the_distribution() {
        let text = "FROM dhi.io/node:24-dev AS build\nRUN apk add git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(PackageManagement, text), "remaining: wrong-package-manager@2");
    }

    #[test]
    fn installations_are_found_wherever_they_stand() {
        for run in [
            "(apt-get install -y git)",
            "if true; then sudo apt-get install -y git; fi",
            "sh -c 'apt-get install -y git'",
            "DEBIAN_FRONTEND=noninteractive /usr/bin/apt-get -y install git",
            "[\"apt-get\", \"install\", \"git\"]",
            "<<EOF\napt-get install -y git\nEOF",
        ] {
            let text = format!("FROM debian:13\nRUN {run}\n");
            let found = verdict(PackageManagement, &text);
            assert!(found.contains("packages-in-runtime"), "{run}: {found}");
        }
    }

    #[test]
    fn another_target_only_asks_for_a_look() {
        let text = "FROM debian:13 AS worker\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY a /a\n";
        assert_eq!(verdict(PackageManagement, text), "verify: packages-in-other-target@2");
    }

    #[test]
    fn a_target_for_tests_is_ignored() {
        let text =
            "FROM debian:13 AS test\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY a /a\n";
        assert_eq!(verdict(PackageManagement, text), "not-applicable");
    }

    #[test]
    fn what_cannot_be_read_is_for_a_person_to_judge() {
        let text = "FROM dhi.io/debian-base:trixie-dev AS build\nRUN ./install-deps.sh\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(PackageManagement, text), "verify: install-script@2");
        let text = "FROM node:24\nRUN npx playwright install --with-deps chromium\n";
        assert_eq!(verdict(PackageManagement, text), "verify: install-script@2");
        let text = "FROM node:24\nRUN npx playwright install chromium\n";
        assert_eq!(verdict(PackageManagement, text), "not-applicable");
    }
}
