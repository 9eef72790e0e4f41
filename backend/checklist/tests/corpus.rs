//! Every real Dockerfile of the corpus beside the repository through the whole engine.
//! Skipped, aloud, where that folder is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use checklist::{
    Catalog, FileKind, Item, Policy, Report, SourceFile, Suggestion, Verdict, check, file_kind,
};
use flate2::read::GzDecoder;
use serde_json::Value;

type Rows = Result<Vec<Value>, Box<dyn Error>>;

fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = root.ancestors().map(|it| it.join("shared")).find(|it| it.join("corpus").is_dir());
    found.filter(|it| it.join("corpus/blobs.jsonl.gz").is_file())
}

fn rows(path: &Path) -> Rows {
    let lines = BufReader::new(GzDecoder::new(File::open(path)?)).lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

fn report(text: &str) -> Report {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    check(&file, Catalog::built_in(), &Policy::default())
}

fn texts(shared: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut wanted = BTreeSet::new();
    for row in rows(&shared.join("corpus/files.jsonl.gz"))? {
        let kind = row.get("kind").and_then(Value::as_str).unwrap_or_default();
        if kind.starts_with("dockerfile") && kind != "dockerfile_named_other" {
            wanted.extend(row.get("sha").and_then(Value::as_str).map(str::to_owned));
        }
    }
    let is_wanted =
        |row: &Value| row.get("sha").and_then(Value::as_str).is_some_and(|it| wanted.contains(it));
    let blobs = rows(&shared.join("corpus/blobs.jsonl.gz"))?;
    let texts = blobs.iter().filter(|it| is_wanted(it)).filter_map(|it| it.get("text")?.as_str());
    Ok(texts.map(str::to_owned).collect())
}

#[test]
fn every_dockerfile_is_decided() {
    let Some(shared) = shared() else {
        println!("skipped: there is no corpus beside the repository");
        return;
    };
    let texts = texts(&shared).unwrap();
    let mut counts: BTreeMap<(Item, Verdict), u32> = BTreeMap::new();
    let mut states: BTreeMap<String, u32> = BTreeMap::new();
    let mut codes: BTreeMap<String, u32> = BTreeMap::new();
    for text in &texts {
        let report = report(text);
        *states.entry(format!("{:?}", report.state)).or_default() += 1;
        for item in Item::ALL {
            let outcome = report.outcome(item);
            *counts.entry((item, outcome.verdict)).or_default() += 1;
            let strongest = outcome.findings.iter().map(|it| it.verdict).max();
            assert!(strongest.is_none_or(|it| it <= outcome.verdict), "{text}");
            let own: BTreeSet<&str> = outcome.findings.iter().map(|it| it.code.as_str()).collect();
            for code in own {
                *codes.entry(format!("{} {code}", item.slug())).or_default() += 1;
            }
        }
    }
    println!("{} Dockerfiles: {states:?}", texts.len());
    for ((item, verdict), count) in &counts {
        println!("{:20} {:15} {count}", item.slug(), verdict.slug());
    }
    println!("{codes:#?}");
    assert!(texts.len() > 1_000);
}

#[test]
fn every_suggestion_is_a_live_tag() {
    let Some(shared) = shared().filter(|it| it.join("dhi/catalog.json").is_file()) else {
        println!("skipped: there is no catalogue beside the repository");
        return;
    };
    let catalog: Value =
        serde_json::from_reader(File::open(shared.join("dhi/catalog.json")).unwrap()).unwrap();
    let mut live = BTreeSet::new();
    for (name, image) in catalog["repositories"].as_object().unwrap() {
        for tag in image["definitions"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|it| it["tags"].as_array().unwrap())
        {
            live.insert(format!("dhi.io/{name}:{}", tag.as_str().unwrap()));
        }
    }
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    let mut without: BTreeMap<String, u32> = BTreeMap::new();
    for text in texts(&shared).unwrap() {
        for base in report(&text).bases {
            match &base.suggestion {
                Suggestion::Use(reference) => {
                    assert!(live.contains(reference), "{} for {}", reference, base.reference);
                    *kinds.entry("use").or_default() += 1;
                }
                Suggestion::AlreadyHardened => *kinds.entry("hardened").or_default() += 1,
                Suggestion::NoneExists => *kinds.entry("none exists").or_default() += 1,
                Suggestion::NotKnown => {
                    *kinds.entry("not known").or_default() += 1;
                    *without.entry(base.image).or_default() += 1;
                }
            }
        }
    }
    let mut without: Vec<(u32, String)> =
        without.into_iter().map(|(name, count)| (count, name)).collect();
    without.sort_unstable_by(|a, b| b.cmp(a));
    println!(
        "{kinds:?}; most used without a counterpart: {:?}",
        without.iter().take(25).collect::<Vec<_>>()
    );
}

#[test]
fn migrated_files_are_mostly_on_hardened_bases() {
    let Some(shared) = shared() else {
        println!("skipped: there is no corpus beside the repository");
        return;
    };
    let (mut met, mut others, mut total) = (0, Vec::new(), 0);
    for row in rows(&shared.join("corpus/migrations.jsonl.gz")).unwrap() {
        let Some(text) = row["after"].as_str().filter(|it| it.contains("dhi.io/")) else {
            continue;
        };
        let report = report(text);
        let outcome = report.outcome(Item::BaseImage);
        total += 1;
        if outcome.verdict == Verdict::Met {
            met += 1;
        } else {
            let findings = outcome.findings.iter().map(|it| format!("{}: {}", it.code, it.message));
            others.push(format!(
                "{} {}: {:?}",
                row["repo"],
                row["path"],
                findings.collect::<Vec<_>>()
            ));
        }
    }
    println!(
        "{met} of {total} migrated files have hardened bases; the others:\n{}",
        others.join("\n")
    );
    assert!(met * 2 > total);
}

#[test]
fn every_container_file_is_known_by_its_name() {
    let Some(shared) = shared() else {
        println!("skipped: there is no corpus beside the repository");
        return;
    };
    for row in rows(&shared.join("corpus/files.jsonl.gz")).unwrap() {
        let (kind, path) = (row["kind"].as_str().unwrap(), row["path"].as_str().unwrap());
        let expected = match kind {
            "dockerfile" | "dockerfile_like" => Some(FileKind::Dockerfile),
            "dockerfile_template" => Some(FileKind::Template),
            _ => None,
        };
        assert_eq!(file_kind(path), expected, "{path} is {kind}");
    }
}
