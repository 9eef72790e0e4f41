//! TLS certificates: no step installs certificate authorities, because hardened images
//! bring them along.

use crate::dockerfile::Keyword;
use crate::packages::{Package, installation};
use crate::reasons::tls_certificates as reasons;
use crate::rules::named;
use crate::stages::{Stage, Step};
use crate::subject::{Ground, Subject};
use crate::suggest::Use;
use crate::{Finding, LineRange, Outcome, StageRole, Verdict};

/// The packages that are a bundle of certificate authorities.
const BUNDLES: [&str; 4] = [
    "ca-certificates",
    "ca-certificates-bundle",
    "ca-certificates-mozilla",
    "ca-certificates-java",
];

/// Programs that make a bundle from certificates that are there.
const UPDATERS: [&str; 2] = ["update-ca-certificates", "update-ca-trust"];

/// Where images keep the bundle, from their root.
const BUNDLE_PATH: &str = "etc/ssl/certs";

/// Reports every step that brings certificate authorities.
pub(super) fn check(subject: &Subject<'_>) -> Outcome {
    let mut findings: Vec<Finding> =
        subject.stages().flat_map(|it| in_stage(subject, it)).collect();
    let chain = subject.graph.chain();
    findings.extend(chain.iter().filter_map(|it| copied_bundle(subject, it)));
    Outcome::of(findings, Verdict::Met)
}

fn in_stage(subject: &Subject<'_>, stage: &Stage<'_>) -> Vec<Finding> {
    let commands = subject.commands(stage);
    let installations = commands.iter().filter_map(installation);
    let packages = installations.flat_map(|it| it.packages);
    // `ca-certificates*` takes the bundle too.
    let is_bundle = |it: &Package| BUNDLES.contains(&it.name.trim_end_matches('*'));
    let bundles: Vec<Package> = packages.filter(is_bundle).collect();
    if bundles.is_empty() {
        return commands.iter().filter_map(|it| updated(it.program_name()?, it.line)).collect();
    }
    bundles.iter().map(|it| installed(subject, stage, it)).collect()
}

fn installed(subject: &Subject<'_>, stage: &Stage<'_>, package: &Package) -> Finding {
    let lines = LineRange::one(package.line);
    let message =
        format!("`{}` is installed; hardened images bring the bundle along.", package.name);
    if stage.role == StageRole::OtherTarget {
        let message = format!("{message} That stage is another target of this file.");
        return reasons::OTHER_TARGET.at(lines, message).fix("Leave the package out.");
    }
    reasons::INSTALLED.at(lines, message).fix(install_fix(subject))
}

/// Some hardened images declare no bundle: the advice names them.
fn install_fix(subject: &Subject<'_>) -> String {
    let footing = subject.final_footing();
    let variant = footing.variant().or_else(|| subject.counterpart_of_final());
    match variant {
        Some(it) if it.lacks_bundle => {
            let name =
                if footing.variant().is_some() { footing.name() } else { "the hardened image" };
            format!(
                "Leave the package out; {name} declares no bundle, so mount one if the \
                 application calls others by TLS."
            )
        }
        Some(_) | None => "Leave the package out.".to_owned(),
    }
}

fn updated(program: &str, line: u32) -> Option<Finding> {
    if !UPDATERS.contains(&program) {
        return None;
    }
    let message = format!("`{program}` adds certificates of your own to the bundle.");
    let fix =
        "Confirm that a private authority is meant; do it in a build stage and copy the bundle.";
    Some(reasons::UPDATED.at(LineRange::one(line), message).fix(fix))
}

/// `COPY --from=build /etc/ssl/certs …` in the chain.
fn copied_bundle(subject: &Subject<'_>, step: &Step<'_>) -> Option<Finding> {
    let instruction = step.instruction;
    let from_stage = instruction.keyword == Keyword::Copy && instruction.flag("from").is_some();
    let (_, sources) = instruction.words().split_last()?;
    let scope = subject.graph.scope(step);
    if !from_stage || !sources.iter().any(|it| is_bundle(&scope.expand(&it.text).text)) {
        return None;
    }
    let lines = LineRange::one(instruction.lines.first);
    let footing = subject.final_footing();
    match footing.ground() {
        Ground::Scratch => {
            let message = "The certificate bundle is copied into an empty image.";
            let bare = subject.suggestion_for(footing, Use::Ship);
            let fix = format!(
                "Start from {}, which has it, or confirm that the copy is kept up to date.",
                named(&bare, "the hardened static image")
            );
            Some(reasons::COPIED_TO_SCRATCH.at(lines, message).fix(fix))
        }
        Ground::Dev | Ground::Runtime | Ground::Unclear => {
            let lacks = footing.variant().is_some_and(|it| it.lacks_bundle);
            let message = if lacks {
                format!(
                    "The certificate bundle is copied into `{}`, which declares none of its own.",
                    footing.name()
                )
            } else {
                format!("The certificate bundle is copied over that of `{}`.", footing.name())
            };
            Some(
                reasons::COPIED
                    .at(lines, message)
                    .fix("Leave it out, or mount a bundle where the container runs."),
            )
        }
        Ground::Foreign | Ground::Unknown => None,
    }
}

/// The directory of the bundle, or something in it. What is copied from a stage is looked for
/// from its root, with or without a slash before it.
fn is_bundle(path: &str) -> bool {
    let below = path.trim_start_matches('/').strip_prefix(BUNDLE_PATH);
    below.is_some_and(|it| it.is_empty() || it.starts_with('/'))
}

#[cfg(test)]
mod tests {
    mod cases;

    use crate::Item::TlsCertificates;
    use crate::rules::testing::{sentences, verdict};

    #[test]
    fn without_any_step_the_item_is_met() {
        assert_eq!(verdict(TlsCertificates, "FROM node:24\nRUN apt-get install -y curl\n"), "met");
    }

    #[test]
    fn the_package_is_found_on_its_own_line_in_any_stage() {
        let text = "FROM dhi.io/golang:1.26-dev AS build\nRUN apt-get update && apt-get install -y \\\n  git \\\n  ca-certificates=2023\nFROM dhi.io/static:20250419\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(TlsCertificates, text), "remaining: installs-certificates@4");
    }

    #[test]
    fn an_image_without_a_bundle_is_named() {
        let text = "FROM dhi.io/nginx:1\nRUN apk add ca-certificates\n";
        assert_eq!(
            sentences(TlsCertificates, text),
            "`ca-certificates` is installed; hardened images bring the bundle along. Leave the package out; dhi.io/nginx:1 declares no bundle, so mount one if the application calls others by TLS."
        );
    }

    #[test]
    fn a_pattern_that_takes_the_bundle_counts() {
        let text = "FROM debian:13\nRUN apt-get install -y 'ca-certificates*'\n";
        assert_eq!(verdict(TlsCertificates, text), "remaining: installs-certificates@2");
    }

    #[test]
    fn looking_for_the_package_is_not_installing_it() {
        assert_eq!(
            verdict(TlsCertificates, "FROM debian:13\nRUN dpkg -L ca-certificates\n"),
            "met"
        );
    }

    #[test]
    fn updating_alone_may_be_a_private_authority() {
        let text = "FROM debian:13\nCOPY ca.crt /usr/local/share/ca-certificates/\nRUN update-ca-certificates\n";
        assert_eq!(verdict(TlsCertificates, text), "verify: updates-trust-store@3");
    }

    #[test]
    fn updating_after_an_installation_is_part_of_it() {
        let text =
            "FROM debian:13\nRUN apt-get install -y ca-certificates && update-ca-certificates\n";
        assert_eq!(verdict(TlsCertificates, text), "remaining: installs-certificates@2");
    }

    #[test]
    fn copying_the_bundle_depends_on_where_to() {
        let copy = "COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/";
        let on = |base: &str| {
            verdict(
                TlsCertificates,
                &format!(
                    "FROM dhi.io/golang:1.26-dev AS build\nRUN go build\nFROM {base}\n{copy}\n"
                ),
            )
        };
        assert_eq!(on("dhi.io/static:20250419"), "remaining: copies-bundle@4");
        assert_eq!(on("scratch"), "verify: copies-bundle-to-scratch@4");
    }

    #[test]
    fn another_target_only_asks_for_a_look() {
        let text = "FROM debian:13 AS worker\nRUN apt-get install -y ca-certificates\nFROM dhi.io/node:24\nCOPY a /a\n";
        assert_eq!(verdict(TlsCertificates, text), "verify: certificates-in-other-target@2");
    }
}
