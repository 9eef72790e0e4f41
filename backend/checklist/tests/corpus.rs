//! Every real Dockerfile of the corpus beside the repository through the whole engine.
//! Skipped, aloud, where that folder is not there.

#[path = "shared/corpus.rs"]
mod corpus;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use checklist::{
    Catalog, FileKind, Item, Policy, Report, SourceFile, Suggestion, Verdict, check, file_kind,
};
use corpus::{dockerfiles, rows, shared};
use serde_json::Value;

fn report(text: &str) -> Report {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    check(&file, Catalog::built_in(), &Policy::default())
}

#[test]
fn every_dockerfile_is_decided() {
    let Some(shared) = shared() else {
        println!("skipped: there is no corpus beside the repository");
        return;
    };
    let texts = dockerfiles(&shared).unwrap();
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
    for text in dockerfiles(&shared).unwrap() {
        let report = report(&text);
        for finding in report.outcomes.iter().flat_map(|it| &it.findings) {
            let quoted = finding.fix.iter().flat_map(|it| it.split('`').skip(1).step_by(2));
            for reference in quoted.filter(|it| it.starts_with("dhi.io/")) {
                assert!(live.contains(reference), "{reference} in {finding:?}");
            }
        }
        for base in report.bases {
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

/// References with marks that a generator or a reader of an example is to fill in.
fn is_placeholder(image: &str) -> bool {
    image.contains(['$', '{']) || image.starts_with("cgr.dev/ORG/") || image == "REPLACE-ME"
}

#[test]
fn the_sixty_most_used_bases_are_known() {
    let Some(shared) = shared() else {
        println!("skipped: there is no corpus beside the repository");
        return;
    };
    let mut uses: BTreeMap<String, (u32, bool)> = BTreeMap::new();
    for text in dockerfiles(&shared).unwrap() {
        for base in report(&text).bases.into_iter().filter(|it| !is_placeholder(&it.image)) {
            let entry = uses.entry(base.image).or_default();
            entry.0 += 1;
            entry.1 |= base.suggestion != Suggestion::NotKnown;
        }
    }
    let mut uses: Vec<(u32, String, bool)> =
        uses.into_iter().map(|(image, (count, known))| (count, image, known)).collect();
    uses.sort_unstable_by(|a, b| b.cmp(a));
    let unknown: Vec<_> = uses.iter().take(60).filter(|it| !it.2).collect();
    assert!(unknown.is_empty(), "no fact about {unknown:?}");
    println!("the least used of the sixty: {:?}", uses.get(59));
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
