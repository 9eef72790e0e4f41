//! The real catalogue's definitions against facts that an independent script took
//! from the same files, and against the engine's built-in table. Skips, and says so, where the shared folder is not there.

#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test says that it skips, and stops at once"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use catalog::{Definition, Kind, read_archive};
use checklist::{Catalog, FileKind, HardenedVariant, Policy, Report, SourceFile, check};
use serde_json::{Value, json};

fn shared(name: &str) -> Option<File> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/dhi").join(name);
    let file = File::open(&path).ok();
    if file.is_none() {
        eprintln!("skipped: {} is not there", path.display());
    }
    file
}

fn facts(definition: &Definition) -> Value {
    let kind = match definition.kind {
        Kind::Runtime => "runtime",
        Kind::Dev => "dev",
        Kind::Sdk => "sdk",
    };
    let mut tags = definition.tags.clone();
    tags.sort();
    json!({
        "kind": kind, "flavor": definition.flavor, "tags": tags, "user": definition.user,
        "uid": definition.uid, "users": definition.users, "groups": definition.groups,
        "entrypoint": definition.entrypoint, "cmd": definition.cmd, "workdir": definition.workdir,
        "ports": definition.ports, "pkg": definition.package_managers, "eol": definition.end_of_life,
        "package-bundle": definition.has_bundle, "shell": definition.shells,
    })
}

fn expected(facts: &Value) -> Value {
    let mut tags: Vec<&str> =
        facts["tags"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    tags.sort_unstable();
    // A shell that comes with another image is not among the packages.
    let shell = if facts.get("shell_from").is_some() { json!([]) } else { facts["shell"].clone() };
    let ports = if facts["ports"].is_null() { json!([]) } else { facts["ports"].clone() };
    json!({
        "kind": facts["kind"], "flavor": facts["flavor"], "tags": tags, "user": facts["user"],
        "uid": facts["uid"], "users": facts["users"], "groups": facts["groups"],
        "entrypoint": facts["entrypoint"], "cmd": facts["cmd"], "workdir": facts["workdir"],
        "ports": ports, "pkg": facts["pkg"], "eol": facts.get("eol"),
        "package-bundle": facts["ca"] == "package", "shell": shell,
    })
}

#[test]
fn every_definition_reads_as_the_independent_script_read_it() {
    let (Some(archive), Some(facts_file)) = (shared("definitions.tar.gz"), shared("catalog.json"))
    else {
        return;
    };
    let collection = read_archive(archive).unwrap();
    let script: Value = serde_json::from_reader(facts_file).unwrap();
    let mut ours: BTreeMap<(String, String), Value> = collection
        .definitions
        .iter()
        .map(|it| ((it.name.clone(), it.id.clone()), facts(it)))
        .collect();
    let mut different = Vec::new();
    for (name, repository) in script["repositories"].as_object().unwrap() {
        for theirs in repository["definitions"].as_array().unwrap() {
            let id = theirs["id"].as_str().unwrap();
            let theirs = expected(theirs);
            let own = ours.remove(&(name.clone(), id.to_owned())).unwrap_or_default();
            for (field, value) in theirs.as_object().unwrap() {
                if own.get(field) != Some(value) {
                    different.push(format!("{name} {id} {field}: {:?} / {value}", own.get(field)));
                }
            }
        }
    }
    println!(
        "{} definitions, {} not understood",
        collection.definitions.len(),
        collection.not_understood.len()
    );
    assert!(ours.is_empty(), "not in the script's facts: {:?}", ours.keys());
    assert!(
        different.is_empty(),
        "{} differences:\n{}",
        different.len(),
        different[..different.len().min(20)].join("\n")
    );
}

fn handed_over(variant: &HardenedVariant) -> Value {
    json!({
        "tags": variant.tags, "users": variant.users, "shells": variant.shells,
        "lacks bundle": variant.lacks_bundle,
        "runs": [variant.entrypoint, variant.cmd],
    })
}

fn facts_for_the_engine(script: &Value) -> Value {
    let mut users = script["users"].clone();
    if script["root_account"] == true {
        users.as_object_mut().unwrap().insert("root".to_owned(), json!(0));
    }
    let words = |it: &str| script.get(it).filter(|it| !it.is_null()).cloned();
    let or_none = |it: Option<Value>| it.unwrap_or_else(|| json!([]));
    json!({
        "tags": script["tags"], "users": users, "shells": script["shell"],
        "lacks bundle": script["ca"] == "not-declared",
        "runs": [or_none(words("entrypoint")), or_none(words("cmd"))],
    })
}

#[test]
fn the_engine_is_given_what_the_independent_script_found() {
    let (Some(archive), Some(facts_file)) = (shared("definitions.tar.gz"), shared("catalog.json"))
    else {
        return;
    };
    let script: Value = serde_json::from_reader(facts_file).unwrap();
    let mut expected = BTreeMap::new();
    for (name, repository) in script["repositories"].as_object().unwrap() {
        for definition in repository["definitions"].as_array().unwrap() {
            let mut facts = facts_for_the_engine(definition);
            facts["tags"].as_array_mut().unwrap().sort_by_key(|it| it.as_str().map(str::to_owned));
            expected.insert((name.clone(), facts["tags"].to_string()), facts);
        }
    }
    for mut variant in read_archive(archive).unwrap().variants() {
        variant.tags.sort();
        let facts = handed_over(&variant);
        let key = (variant.image.clone(), facts["tags"].to_string());
        assert_eq!(expected.remove(&key).as_ref(), Some(&facts), "{}", variant.image);
    }
    assert!(expected.is_empty(), "not handed over: {:?}", expected.keys());
}

/// Dockerfiles that lean on many facts: users, entry points, shells, bundles, ports, tags
/// that live, that were withdrawn, and that cannot be.
const LEANING: [&str; 8] = [
    "FROM node:20-alpine AS build\nRUN npm ci\nFROM nginx:1.27\nCOPY --from=build /a /a\nEXPOSE 80\n",
    "FROM dhi.io/node:20-debian13\nUSER node\nCMD [\"node\", \"a.js\"]\n",
    "FROM dhi.io/python:3.13-dev AS build\nRUN apt-get install -y ca-certificates\n\
        FROM dhi.io/python:3.13\nCOPY --from=build --chown=nonroot /a /a\nCMD [\"python\", \"a.py\"]\n",
    "FROM dhi.io/elixir:1.20\nCMD elixir a.exs\n",
    "FROM dhi.io/nginx:1\nUSER www-data\nENTRYPOINT nginx\n",
    "FROM dhi.io/golang:latest\nRUN apk add curl\n",
    "FROM dhi.io/static:20250419\nCOPY --from=dhi.io/busybox:1 /bin/wget /wget\nENTRYPOINT [\"/wget\"]\n",
    "FROM eclipse-temurin:21-jre\nUSER 0\nHEALTHCHECK CMD curl localhost\n",
];

fn report(text: &str, catalog: &Catalog) -> Report {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    check(&file, catalog, &Policy::default())
}

#[test]
fn the_archive_that_the_built_in_table_was_made_from_gives_the_same_reports() {
    let Some(archive) = shared("definitions.tar.gz") else { return };
    let catalog = read_archive(archive).unwrap().catalog("2026-08-22");
    for text in LEANING {
        assert_eq!(report(text, &catalog), report(text, Catalog::built_in()), "{text}");
    }
}
