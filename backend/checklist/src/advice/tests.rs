//! What becomes different with an advised image, for bases and files of each kind.

use super::*;
use crate::FileKind;

fn advise(text: &str) -> Vec<Advice> {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    advice(&file, Catalog::built_in(), &Policy::default())
}

/// The remarks of a stage about one thing, each with its first line.
fn remarks(text: &str, stage: usize, about: About) -> String {
    let advice = advise(text).remove(stage);
    let found = advice.remarks.into_iter().filter(|it| it.about == about);
    let lines: Vec<String> = found
        .map(|it| match it.lines {
            Some(lines) => format!("{}: {}", lines.first, it.sentence),
            None => it.sentence,
        })
        .collect();
    lines.join("\n")
}

#[test]
fn the_account_becomes_another_one() {
    let node = "FROM node:24-alpine\nCMD [\"node\", \"a.js\"]\n";
    assert_eq!(
        remarks(node, 0, About::User),
        "`dhi.io/node:24-alpine3.24` runs as node (1000), `node:24-alpine` as root: what is \
         written must belong to that account."
    );
    let own = "FROM nginx:1\nUSER www-data\n";
    let said = remarks(own, 0, About::User);
    assert_eq!(
        said,
        "2: `dhi.io/nginx:1-debian13` has no account `www-data`; its own is nginx (65532)."
    );
    for text in
        ["FROM node:24\nUSER node\n", "FROM node:24\nUSER 65532\n", "FROM node:24\nUSER root\n"]
    {
        assert_eq!(remarks(text, 0, About::User), "", "{text}");
    }
}

#[test]
fn the_entry_point_of_the_image_counts() {
    let repeats = "FROM nginx:1\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n";
    assert!(remarks(repeats, 0, About::EntryPoint).ends_with("leave `nginx` out of CMD."));
    let none = remarks("FROM nginx:1\nCOPY a /a\n", 0, About::EntryPoint);
    assert!(none.contains("starts `nginx") && none.ends_with("by itself."), "{none}");
    assert_eq!(remarks("FROM nginx:1\nENTRYPOINT [\"/a\"]\n", 0, About::EntryPoint), "");
    assert_eq!(remarks("FROM node:24\nCMD [\"node\"]\n", 0, About::EntryPoint), "");
    let python = remarks("FROM python:3.13\nCOPY a /a\n", 0, About::EntryPoint);
    assert!(python.contains("has no entry point and starts `python"), "{python}");
}

#[test]
fn the_port_becomes_another_one() {
    assert_eq!(
        remarks("FROM nginx:1\nCOPY a /a\n", 0, About::Ports),
        "`dhi.io/nginx:1-debian13` listens on 8080, `nginx:1` on 80: let whoever calls it know."
    );
}

#[test]
fn what_ships_needs_a_shell_and_packages() {
    let text =
        "FROM python:3.13\nRUN apt-get update && apt-get install -y curl git\nCMD python a.py\n";
    assert_eq!(
        remarks(text, 0, About::Shell),
        "2: What ships needs a shell in 2 places, and `dhi.io/python:3.13-debian13` has none."
    );
    assert_eq!(
        remarks(text, 0, About::Packages),
        "2: `dhi.io/python:3.13-debian13` has no package manager: install `curl` and `git` in a \
         build stage and copy over what is needed."
    );
}

#[test]
fn a_variant_with_a_shell_is_named_where_there_is_one() {
    let configuration = |shells: &[&str]| crate::Configuration {
        user: "nonroot".to_owned(),
        uid: 65532,
        shells: shells.iter().map(|&it| it.to_owned()).collect(),
        ..crate::Configuration::default()
    };
    let variant = |tag: &str, shells: &[&str]| crate::HardenedVariant {
        distribution: "debian-13".to_owned(),
        tags: vec![tag.to_owned()],
        configuration: Some(configuration(shells)),
        ..crate::HardenedVariant::default()
    };
    let image = crate::HardenedFacts {
        name: "redis".to_owned(),
        variants: vec![
            variant("8", &[]),
            variant("8-compat", &["bash"]),
            variant("9-compat", &["bash"]),
        ],
        ..crate::HardenedFacts::default()
    };
    let catalog = Catalog::built_in().with_hardened("test", "2026-11-23", [image]);
    let file =
        SourceFile { kind: FileKind::Dockerfile, bytes: b"FROM redis:8\nCMD redis-server\n" };
    let advice = advice(&file, &catalog, &Policy::default()).remove(0);
    let shell: Vec<String> = advice
        .remarks
        .into_iter()
        .filter(|it| it.about == About::Shell)
        .map(|it| it.sentence)
        .collect();
    assert_eq!(
        shell,
        [
            "What ships needs a shell once, and `dhi.io/redis:8` has none.",
            "Where a shell cannot be done without, `dhi.io/redis:8-compat` has one.",
        ]
    );
}

#[test]
fn a_build_stage_may_get_another_package_manager() {
    let text = "FROM fedora:40 AS b\nRUN dnf install -y gcc\nFROM node:24\nCOPY --from=b /a /a\n";
    assert_eq!(
        remarks(text, 0, About::Packages),
        "2: `dnf install` becomes `apt-get install` on `dhi.io/debian-base:trixie-dev`; `gcc` may \
         be called differently there."
    );
    let same =
        "FROM debian:13 AS b\nRUN apt-get install -y gcc\nFROM node:24\nCOPY --from=b /a /a\n";
    assert_eq!(remarks(same, 0, About::Packages), "");
}

#[test]
fn a_version_and_a_variant_that_are_not_to_be_had_are_said() {
    assert_eq!(
        remarks("FROM node:20.11.1\n", 0, About::Version),
        "1: Version 20.11.1 is not among the live tags; the nearest is `dhi.io/node:22-debian13`."
    );
    assert_eq!(remarks("FROM node:24.1.0\n", 0, About::Version), "");
    assert_eq!(remarks("FROM ubuntu:22.04\n", 0, About::Version), "");
    let maven = remarks("FROM maven:3.9\nCMD [\"mvn\"]\n", 0, About::RuntimeVariant);
    assert!(maven.starts_with("1: `maven` has no runtime variant"), "{maven}");
}

#[test]
fn a_stale_tag_is_said_and_a_live_one_advised() {
    let advice = advise("FROM dhi.io/node:20-debian13\nCMD [\"node\"]\n").remove(0);
    assert_eq!(advice.suggestion, Suggestion::Use("dhi.io/node:22-debian13".to_owned()));
    assert_eq!(
        advice.remarks[0].sentence,
        "`dhi.io/node:20-debian13` was withdrawn on 2026-05-11 and gets no more updates."
    );
    let older = remarks("FROM dhi.io/node:24.1.0\n", 0, About::Tag);
    assert_eq!(older, "1: `dhi.io/node:24.1.0` is an older patch; `24` moves with the updates.");
    let ended = remarks("FROM dhi.io/debian-base:bookworm\n", 0, About::Tag);
    assert!(ended.contains("The maintenance of `dhi.io/debian-base:bookworm` ended on"), "{ended}");
    assert_eq!(advise("FROM dhi.io/node:24\n")[0].remarks, []);
}

#[test]
fn a_file_that_cannot_be_read_gets_no_advice() {
    for text in ["", "FROM {{ base }}\n", "RUN x\n", "FROM scratch\n", "ARG B\nFROM $B\n"] {
        assert_eq!(advise(text), [], "{text}");
    }
}
