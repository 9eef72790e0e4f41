//! The real catalogue's definitions against facts that an independent script took
//! from the same files. Skips, and says so, where the shared folder is not there.

#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test says that it skips, and stops at once"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use catalog::{Definition, Kind, read_archive};
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
