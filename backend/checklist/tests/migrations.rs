//! Dockerfiles that people migrated to hardened images, as they were afterwards. A tool that
//! finds fault with them must have a reason that a person confirms.

#[path = "shared/corpus.rs"]
#[expect(dead_code, reason = "only a part of it is needed here")]
mod corpus;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::File;
use std::path::Path;

use checklist::image::Reference;
use checklist::{Catalog, FileKind, Item, Policy, Report, SourceFile, StageRole, Verdict, check};
use serde_json::Value;

const SKIPPED: &str = "skipped: there is no corpus beside the repository";

/// What keeps a migrated file from having hardened bases throughout, read and confirmed by a
/// person: repository, path, beginning of the commit, reason, image.
const CONFIRMED: &[(&str, &str, &str, &str, &str)] = &[
    ("METR/inspect-action", "Dockerfile", "49935880", "artifact-image", "amazon/aws-cli:2.27.26"),
    ("METR/inspect-action", "Dockerfile", "49935880", "artifact-image", "docker:28.1.1-cli"),
    (
        "METR/inspect-action",
        "Dockerfile",
        "49935880",
        "artifact-image",
        "ghcr.io/astral-sh/uv:0.8.13",
    ),
    ("METR/inspect-action", "Dockerfile", "49935880", "artifact-image", "rancher/kubectl:v1.34.1"),
    ("METR/inspect-action", "Dockerfile", "49935880", "not-hardened", "alpine:3.21"),
    (
        "METR/inspect-action",
        "terraform/modules/eval_log_importer/Dockerfile",
        "8cdcee1a",
        "artifact-image",
        "ghcr.io/astral-sh/uv:0.8.13",
    ),
    (
        "METR/inspect-action",
        "terraform/modules/eval_log_stripper/Dockerfile",
        "1f5fd8f0",
        "artifact-image",
        "ghcr.io/astral-sh/uv:0.8.13",
    ),
    (
        "METR/inspect-action",
        "terraform/modules/sample_editor/Dockerfile",
        "ffc0db09",
        "artifact-image",
        "ghcr.io/astral-sh/uv:0.8.13",
    ),
    ("Pradumnasaraf/node-dhi-demo", "Dockerfile.dhi", "87d8eab7", "not-hardened", "node:22"),
    (
        "container-registry/harbor-next",
        "dockerfile/nginx.dockerfile",
        "73d97470",
        "artifact-image",
        "ghcr.io/fivexl/lprobe:MISSING-BUILD-ARG",
    ),
    (
        "container-registry/harbor-next",
        "dockerfile/nginx.dockerfile",
        "73d97470",
        "placeholder-tag",
        "dhi.io/nginx:MISSING-BUILD-ARG-debian13",
    ),
    (
        "container-registry/harbor-next",
        "dockerfile/portal.dockerfile",
        "bcc27db4",
        "artifact-image",
        "ghcr.io/fivexl/lprobe:MISSING-BUILD-ARG",
    ),
    (
        "container-registry/harbor-next",
        "dockerfile/portal.dockerfile",
        "bcc27db4",
        "mirror",
        "8gears.container-registry.com/dhi.io/nginx:MISSING-BUILD-ARG-debian13",
    ),
    (
        "container-registry/harbor-next",
        "dockerfile/portal.dockerfile",
        "bcc27db4",
        "not-hardened",
        "oven/bun:MISSING-BUILD-ARG-alpine",
    ),
    (
        "dockersamples/labspace-infra",
        "components/workspace/base/Dockerfile",
        "63ed5328",
        "not-hardened",
        "codercom/code-server:4.108.2",
    ),
    (
        "dockersamples/simspace",
        "Dockerfile",
        "a15d92b1",
        "not-hardened",
        "docker/sandbox-templates:shell-docker",
    ),
    ("dockersamples/simspace", "Dockerfile", "a15d92b1", "not-hardened", "golang:1.25"),
    (
        "ghga-de/ghga",
        "docker/Dockerfile.dhi",
        "b4dde3f7",
        "not-hardened",
        "ghcr.io/astral-sh/uv:python3.13-bookworm-slim",
    ),
    ("growthbook/growthbook", "Dockerfile", "2dd67731", "not-hardened", "debian:12-slim"),
    ("growthbook/growthbook", "Dockerfile", "2dd67731", "not-hardened", "node:24-slim"),
    ("growthbook/growthbook", "Dockerfile", "3038d1fd", "not-hardened", "node:24-slim"),
    ("growthbook/growthbook", "Dockerfile", "3038d1fd", "not-hardened", "python:3.11-slim"),
    ("jasonad123/Transit-TV", "Dockerfile", "ce39b6c3", "not-hardened", "node:24-alpine"),
    ("jasonad123/headsign", "Dockerfile", "ce39b6c3", "not-hardened", "node:24-alpine"),
    ("onyx-dot-app/onyx", "web/Dockerfile", "83e4a3e5", "artifact-image", "oven/bun:1"),
    ("swiyu-admin-ch/swiyu-issuer", "Dockerfile.dhi", "3d0a6e47", "not-hardened", "debian:13-slim"),
    (
        "swiyu-admin-ch/swiyu-issuer",
        "Dockerfile.dhi",
        "3d0a6e47",
        "not-hardened",
        "eclipse-temurin:21-jre",
    ),
    ("swiyu-admin-ch/swiyu-issuer", "Dockerfile.dhi", "bc75e95d", "not-hardened", "debian:13-slim"),
    (
        "swiyu-admin-ch/swiyu-issuer",
        "Dockerfile.dhi",
        "bc75e95d",
        "not-hardened",
        "eclipse-temurin:21-jre",
    ),
    (
        "swiyu-admin-ch/swiyu-verifier",
        "Dockerfile.dhi",
        "d7233697",
        "not-hardened",
        "debian:13-slim",
    ),
];

fn report(text: &str) -> Report {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    check(&file, Catalog::built_in(), &Policy::default())
}

/// A file that names a hardened image after its migration.
struct Migrated {
    repo: String,
    path: String,
    commit: String,
    report: Report,
}

fn migrated(shared: &Path) -> Result<Vec<Migrated>, Box<dyn Error>> {
    let rows = corpus::rows(&shared.join("corpus/migrations.jsonl.gz"))?;
    let after = rows.iter().filter_map(|row| {
        let text = row["after"].as_str().filter(|it| it.contains("dhi.io/"))?;
        let word = |name: &str| row[name].as_str().map(str::to_owned);
        let commit = word("commit")?.get(..8)?.to_owned();
        Some(Migrated { repo: word("repo")?, path: word("path")?, commit, report: report(text) })
    });
    Ok(after.collect())
}

#[test]
fn every_doubt_about_a_migrated_base_was_confirmed_by_a_person() -> Result<(), Box<dyn Error>> {
    let Some(shared) = corpus::shared() else {
        println!("{SKIPPED}");
        return Ok(());
    };
    let files = migrated(&shared)?;
    let mut open = BTreeSet::new();
    for Migrated { repo, path, commit, report } in &files {
        for finding in &report.outcome(Item::BaseImage).findings {
            if finding.verdict > Verdict::Met {
                let image = finding.message.split('`').nth(1).unwrap_or_default();
                let (repo, path, commit) = (repo.as_str(), path.as_str(), commit.as_str());
                open.insert((repo, path, commit, finding.code.as_str(), image));
            }
        }
    }
    let met = files.iter().filter(|it| it.report.outcome(Item::BaseImage).verdict == Verdict::Met);
    println!("{} of {} have hardened bases; {} doubts", met.count(), files.len(), open.len());
    let confirmed: BTreeSet<_> = CONFIRMED.iter().copied().collect();
    let new: Vec<String> = open.difference(&confirmed).map(|it| format!("{it:?},")).collect();
    assert!(new.is_empty(), "nobody confirmed:\n{}", new.join("\n"));
    let gone: Vec<_> = confirmed.difference(&open).collect();
    assert!(gone.is_empty(), "no longer found: {gone:#?}");
    Ok(())
}

/// The hardened tags that run as another account than root, and ship, by the catalogue itself.
fn harmless_tags(shared: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let catalog: Value = serde_json::from_reader(File::open(shared.join("dhi/catalog.json"))?)?;
    let mut tags = BTreeSet::new();
    let repositories = catalog.get("repositories").and_then(Value::as_object);
    for (name, image) in repositories.into_iter().flatten() {
        let definitions = image["definitions"].as_array().into_iter().flatten();
        for it in definitions.filter(|it| it["kind"] == "runtime" && it["uid"] != 0) {
            let names = it["tags"].as_array().into_iter().flatten().filter_map(Value::as_str);
            tags.extend(names.map(|tag| format!("{name}:{tag}")));
        }
    }
    Ok(tags)
}

#[test]
fn nobody_is_told_to_set_a_user_where_the_hardened_image_has_one() -> Result<(), Box<dyn Error>> {
    let Some(shared) = corpus::shared().filter(|it| it.join("dhi/catalog.json").is_file()) else {
        println!("{SKIPPED}");
        return Ok(());
    };
    let tags = harmless_tags(&shared)?;
    let mut looked_at = 0;
    for Migrated { repo, path, commit, report } in migrated(&shared)? {
        let shipped = report.bases.iter().find(|it| {
            let reference = Reference::parse(&it.reference);
            let tag = reference.tag.unwrap_or_default();
            let name = reference.repository;
            matches!(it.role, StageRole::Final | StageRole::Chain)
                && tags.contains(&format!("{name}:{tag}"))
        });
        if shipped.is_none() {
            continue;
        }
        looked_at += 1;
        let outcome = report.outcome(Item::NonRootUser);
        let wrong = ["root-by-default", "root-by-design", "user-unknown", "user-base-unknown"];
        let told = outcome.findings.iter().any(|it| wrong.contains(&it.code.as_str()));
        assert!(!told, "{repo} {path} {commit}: {:#?}", outcome.findings);
    }
    println!("{looked_at} migrated files ship a hardened image with an account of its own");
    assert!(looked_at >= 15, "{looked_at}");
    Ok(())
}
