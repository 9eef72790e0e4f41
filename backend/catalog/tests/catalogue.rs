//! The real catalogue's definitions against facts that an independent script took from the
//! same files, field by field, and against the engine's built-in table. Skips, and says so,
//! where the shared folder is not there.

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test says what it found or that it skips, and stops at once"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::OnceLock;

use catalog::{Bundle, Edition, Firewall, Kind, ResolvedDefinition, read_archive};
use checklist::{
    Catalog, Configuration, FileKind, Policy, Report, SourceFile, TagStanding, VariantKind, check,
};
use serde_json::{Map, Value, json};

const DAY: &str = "2026-08-22";

fn shared(name: &str) -> Option<File> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/dhi").join(name);
    let file = File::open(&path).ok();
    if file.is_none() {
        eprintln!("skipped: {} is not there", path.display());
    }
    file
}

/// What the two readers found, read once for all tests.
fn both() -> Option<&'static (Edition, Value)> {
    static BOTH: OnceLock<Option<(Edition, Value)>> = OnceLock::new();
    let read = || {
        let collection = read_archive(shared("definitions.tar.gz")?).unwrap();
        println!("{:?}", collection.notes());
        let script = serde_json::from_reader(shared("catalog.json")?).unwrap();
        Some((collection.edition(DAY).unwrap(), script))
    };
    BOTH.get_or_init(read).as_ref()
}

/// Where the two differ, in how many definitions, and why. All are in `env`, where each
/// reader keeps a part of the environment: those about ports, addresses and certificates.
const EXPLAINED: &[(&str, usize, &str)] = &[
    ("env has MEILI_HTTP_ADDR", 2, AN_ADDRESS),
    ("env has S3PROXY_ENDPOINT", 4, AN_ADDRESS),
    ("env lacks CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", 6, PORT_IN_A_WORD),
    ("env lacks DCGM_EXPORTER_COLLECTORS", 2, PORT_IN_A_WORD),
    ("env lacks JMX_EXPORTER_HOME", 4, PORT_IN_A_WORD),
    ("env lacks JMX_EXPORTER_VERSION", 4, PORT_IN_A_WORD),
    ("env lacks KAFKA_EXPORTER_HOME", 4, PORT_IN_A_WORD),
    ("env lacks OTEL_EXPORTER_OTLP_HTTP_COMPRESSION", 10, PORT_IN_A_WORD),
    ("env lacks OTEL_EXPORTER_OTLP_HTTP_HTTP2_MAX_FRAME_SIZE", 10, PORT_IN_A_WORD),
    ("env lacks OTEL_EXPORTER_OTLP_MAX_PAYLOAD_SIZE", 10, PORT_IN_A_WORD),
    ("env lacks OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", 10, PORT_IN_A_WORD),
    ("env lacks OTEL_TRACES_EXPORTER", 2, PORT_IN_A_WORD),
    ("env lacks SE_OTEL_TRACES_EXPORTER", 4, PORT_IN_A_WORD),
    ("env lacks SE_REJECT_UNSUPPORTED_CAPS", 2, PORT_IN_A_WORD),
];
const AN_ADDRESS: &str = "the server listens there; the script does not look for such names";
const PORT_IN_A_WORD: &str =
    "about no port: the script finds PORT inside EXPORTER, REPORTING and UNSUPPORTED";

fn ours(it: &ResolvedDefinition<'_>) -> Map<String, Value> {
    let definition = it.definition;
    let facts = json!({
        "distro": it.distribution(),
        "kind": definition.kind.map(|it| match it {
            Kind::Runtime => "runtime",
            Kind::Dev => "dev",
            Kind::Sdk => "sdk",
        }),
        "flavor": definition.flavor,
        "tags": definition.tags.iter().collect::<BTreeSet<_>>(),
        "user": definition.user,
        "uid": definition.uid,
        "users": definition.users,
        "groups": definition.groups,
        "root_account": definition.has_root,
        "entrypoint": definition.entrypoint,
        "cmd": definition.cmd,
        "workdir": definition.workdir,
        "ports": definition.ports,
        "shell": it.shells,
        "shell_from": it.shells_are_merged.then_some("artifact"),
        "pkg": definition.package_managers,
        "ca": match it.bundle {
            Bundle::Package => "package",
            Bundle::Merged => "artifact",
            Bundle::Variable => "env-only",
            Bundle::NotDeclared => "not-declared",
        },
        "env": definition.environment.iter().cloned().collect::<BTreeMap<_, _>>(),
        "eol": definition.end_of_life,
        "compat": definition.is_compat().then_some(true),
        "sfw": definition.firewall().map(|it| match it {
            Firewall::Free => "free",
            Firewall::Enterprise => "enterprise",
        }),
    });
    facts.as_object().unwrap().clone()
}

/// The script's facts of a definition, what it leaves out written as nothing.
fn theirs(facts: &Value, fields: &Map<String, Value>) -> Map<String, Value> {
    let mut facts = facts.as_object().unwrap().clone();
    facts.remove("id");
    assert!(
        facts.keys().all(|it| fields.contains_key(it)),
        "a field of the script is not compared"
    );
    let tags: BTreeSet<String> = serde_json::from_value(facts.remove("tags").unwrap()).unwrap();
    facts.insert("tags".to_owned(), json!(tags));
    for field in fields.keys() {
        let nothing = if field == "env" { json!({}) } else { Value::Null };
        facts.entry(field.clone()).or_insert(nothing);
    }
    facts
}

/// The kinds of difference in a field: by the names in it if it is a mapping.
fn kinds(field: &str, ours: &Value, theirs: &Value, place: &str) -> Vec<String> {
    let (Some(own), Some(other)) = (ours.as_object(), theirs.as_object()) else {
        return vec![format!("{field} of {place}: {ours} / {theirs}")];
    };
    let lacking = other.keys().filter(|it| !own.contains_key(*it));
    let beyond = own.keys().filter(|it| !other.contains_key(*it));
    let another =
        own.iter().filter(|(name, value)| other.get(*name).is_some_and(|it| it != *value));
    let lacking = lacking.map(|it| format!("{field} lacks {it}"));
    let beyond = beyond.map(|it| format!("{field} has {it}"));
    lacking
        .chain(beyond)
        .chain(another.map(|(name, _)| format!("{field} another {name}")))
        .collect()
}

#[test]
fn every_definition_reads_as_the_independent_script_read_it() {
    let Some((edition, script)) = both() else { return };
    let mut facts: BTreeMap<(&str, &str), Map<String, Value>> =
        edition.resolved().iter().map(|it| ((it.image, it.id), ours(it))).collect();
    let (mut same, mut different) = (BTreeMap::new(), BTreeMap::new());
    for (name, repository) in script["repositories"].as_object().unwrap() {
        for theirs in repository["definitions"].as_array().unwrap() {
            let id = theirs["id"].as_str().unwrap();
            let own = facts.remove(&(name.as_str(), id)).unwrap_or_default();
            for (field, value) in self::theirs(theirs, &own) {
                let count: &mut usize = same.entry(field.clone()).or_default();
                if own[&field] == value {
                    *count += 1;
                    continue;
                }
                for kind in kinds(&field, &own[&field], &value, &format!("{name} {id}")) {
                    *different.entry(kind).or_default() += 1;
                }
            }
        }
    }
    assert!(facts.is_empty(), "not in the script's facts: {:?}", facts.keys());
    println!("{} definitions, {} live tags", edition.resolved().len(), edition.live_tags());
    println!("the same in so many definitions: {same:?}");
    EXPLAINED.iter().for_each(|(kind, count, why)| println!("{kind}: {count} ({why})"));
    let explained: BTreeMap<String, usize> =
        EXPLAINED.iter().map(|(kind, count, _)| ((*kind).to_owned(), *count)).collect();
    assert_eq!(different, explained, "differences that are not the explained ones");
    assert_eq!(edition.resolved().len(), 2_582);
    assert_eq!(edition.live_tags(), 18_095);
}

#[test]
fn every_image_is_called_and_placed_as_the_independent_script_read_it() {
    let Some((edition, script)) = both() else { return };
    let repositories = script["repositories"].as_object().unwrap();
    assert_eq!(repositories.len(), edition.images.len());
    for (name, repository) in repositories {
        let info = &edition.images[name].info;
        assert_eq!(json!(info.title), repository["title"], "{name}");
        assert_eq!(json!(info.categories), repository["categories"], "{name}");
        assert_eq!(json!(info.is_featured), repository["featured"], "{name}");
    }
    println!("{} images: title, categories and prominence are the same", repositories.len());
}

#[test]
fn every_file_is_understood_and_no_field_is_new() {
    let Some(archive) = shared("definitions.tar.gz") else { return };
    let notes = read_archive(archive).unwrap().notes();
    assert_eq!(notes, catalog::Notes::default());
}

#[test]
fn the_facts_are_the_same_after_they_were_kept() {
    let Some((edition, _)) = both() else { return };
    let text = edition.to_json().unwrap();
    println!("{} bytes of text, version {}", text.len(), edition.version().unwrap());
    let again = Edition::from_json(&text).unwrap();
    assert_eq!(again.version().unwrap(), edition.version().unwrap());
    assert_eq!(&again, edition);
}

fn handed_over(it: &Configuration) -> Value {
    json!({
        "users": it.users, "shells": it.shells, "lacks bundle": it.lacks_bundle,
        "runs": [it.entrypoint, it.cmd], "user": [it.user, it.uid], "workdir": it.workdir,
    })
}

fn facts_for_the_engine(script: &Value) -> Value {
    let mut users = script["users"].clone();
    if script["root_account"] == true {
        users.as_object_mut().unwrap().insert("root".to_owned(), json!(0));
    }
    let or_none = |it: &Value| if it.is_null() { json!([]) } else { it.clone() };
    json!({
        "users": users, "shells": script["shell"], "lacks bundle": script["ca"] == "not-declared",
        "runs": [or_none(&script["entrypoint"]), or_none(&script["cmd"])],
        "user": [script["user"], script["uid"]], "workdir": script["workdir"],
    })
}

#[test]
fn the_engine_is_given_what_the_independent_script_found() {
    let Some((edition, script)) = both() else { return };
    for image in edition.hardened() {
        let theirs = script["repositories"][&image.name]["definitions"].as_array().unwrap();
        for variant in &image.variants {
            let first = json!(variant.tags[0]);
            let is_same = |it: &&Value| it["tags"].as_array().unwrap().contains(&first);
            let theirs = theirs.iter().find(is_same).unwrap();
            let configuration = variant.configuration.as_ref().unwrap();
            assert_eq!(handed_over(configuration), facts_for_the_engine(theirs), "{}", image.name);
        }
    }
}

#[test]
fn every_live_tag_is_looked_up_as_the_independent_script_found_it() {
    let Some((edition, script)) = both() else { return };
    let catalog = edition.catalog().unwrap();
    for (name, repository) in script["repositories"].as_object().unwrap() {
        for definition in repository["definitions"].as_array().unwrap() {
            for tag in definition["tags"].as_array().unwrap() {
                let reference = format!("dhi.io/{name}:{}", tag.as_str().unwrap());
                let facts = catalog.facts_of(&reference).unwrap();
                assert_eq!(facts.tag, TagStanding::Live, "{reference}");
                let kind = facts.kind.map(|it| match it {
                    VariantKind::Runtime => "runtime",
                    VariantKind::Dev => "dev",
                    VariantKind::Sdk => "sdk",
                });
                assert_eq!(json!(kind), definition["kind"], "{reference}");
                assert_eq!(
                    json!(facts.end_of_life),
                    json!(definition["eol"].as_str()),
                    "{reference}"
                );
                let variant = facts.variant.unwrap();
                assert_eq!(
                    json!([variant.user, variant.uid]),
                    json!([definition["user"], definition["uid"]])
                );
            }
        }
    }
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
    let Some((edition, _)) = both() else { return };
    let catalog = edition.catalog().unwrap();
    for text in LEANING {
        assert_eq!(report(text, &catalog), report(text, Catalog::built_in()), "{text}");
    }
}
