//! The base images of the corpus beside the catalogue of the shared folder: which get a
//! suggestion, whether what is suggested is live, and how tags are found in six steps.
//! Skips, and says so, where the shared folder is not there.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test says what it found or that it skips, and stops at once"
)]

#[path = "../../checklist/tests/shared/corpus.rs"]
mod corpus;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::PathBuf;

use catalog::read_archive;
use checklist::image::Reference;
use checklist::{
    About, Catalog, FileKind, HardenedFacts, Policy, SourceFile, Suggestion, TagStanding,
    WithdrawnTag, advice, check,
};
use serde_json::Value;

const DAY: &str = "2026-08-22";

struct Shared {
    folder: PathBuf,
    images: Vec<HardenedFacts>,
    script: Value,
}

impl Shared {
    fn read() -> Option<Self> {
        let found = corpus::shared().filter(|it| it.join("dhi/definitions.tar.gz").is_file());
        let Some(folder) = found else {
            println!("skipped: there is no corpus and catalogue beside the repository");
            return None;
        };
        let archive = File::open(folder.join("dhi/definitions.tar.gz")).unwrap();
        let images = read_archive(archive).unwrap().edition(DAY).unwrap().hardened();
        let script = File::open(folder.join("dhi/catalog.json")).unwrap();
        Some(Self { folder, images, script: serde_json::from_reader(script).unwrap() })
    }

    fn catalog(&self) -> Catalog {
        Catalog::built_in().with_hardened("test", DAY, self.images.clone())
    }

    fn live(&self) -> BTreeSet<String> {
        let repositories = self.script["repositories"].as_object().unwrap().iter();
        let tags = repositories.flat_map(|(name, repository)| {
            let definitions = repository["definitions"].as_array().unwrap().iter();
            let tags = definitions.flat_map(|it| it["tags"].as_array().unwrap());
            tags.map(move |it| format!("dhi.io/{name}:{}", it.as_str().unwrap()))
        });
        tags.collect()
    }

    /// Name, tag, kind and day of every withdrawn tag.
    fn retired(&self) -> Vec<(String, String, String, String)> {
        let mut found = Vec::new();
        for (name, kinds) in self.script["retired"].as_object().unwrap() {
            for (kind, days) in kinds.as_object().unwrap() {
                for (day, tags) in days.as_object().unwrap() {
                    let tags = tags.as_array().unwrap().iter().map(|it| it.as_str().unwrap());
                    found.extend(
                        tags.map(|tag| (name.clone(), tag.to_owned(), kind.clone(), day.clone())),
                    );
                }
            }
        }
        found
    }

    /// The hardened images that the script knows instead of an image.
    fn equivalents(&self, image: &str) -> Vec<String> {
        let reference =
            Reference { tag: None, digest: Some(String::new()), ..Reference::parse(image) };
        let full = reference.full_name();
        let found = self.script["equivalents"].get(full.trim_end_matches('@'));
        let found = found.and_then(Value::as_array).into_iter().flatten();
        found.map(|it| it["dhi"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn the_base_images_of_the_corpus_get_live_suggestions() {
    let Some(shared) = Shared::read() else { return };
    let (catalog, live) = (shared.catalog(), shared.live());
    let mut seen = BTreeSet::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut known, mut served, mut unserved) = (0, 0, BTreeSet::new());
    for text in corpus::dockerfiles(&shared.folder).unwrap() {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        for base in check(&file, &catalog, &Policy::default()).bases {
            let is_read = !base.reference.contains(['$', '{']);
            if !is_read || !seen.insert((base.reference.clone(), format!("{:?}", base.suggestion)))
            {
                continue;
            }
            let has_counterpart =
                !is_windows(&base.reference) && !shared.equivalents(&base.image).is_empty();
            known += usize::from(has_counterpart);
            *counts
                .entry(match &base.suggestion {
                    Suggestion::Use(reference) => {
                        assert!(live.contains(reference), "{reference} for {}", base.reference);
                        served += usize::from(has_counterpart);
                        "use"
                    }
                    Suggestion::AlreadyHardened => "hardened already",
                    Suggestion::NoneExists => "no counterpart",
                    Suggestion::NotKnown => "not known",
                })
                .or_default() += 1;
            if has_counterpart && !matches!(base.suggestion, Suggestion::Use(_)) {
                unserved.insert(base.reference);
            }
        }
    }
    let references: BTreeSet<&String> = seen.iter().map(|(reference, _)| reference).collect();
    println!(
        "{} distinct references, {} with their purpose: {counts:?}",
        references.len(),
        seen.len()
    );
    let share = |kind: &str| counts.get(kind).copied().unwrap_or_default() * 100 / seen.len();
    println!(
        "{} % get a suggestion, {} % have no counterpart; every suggested tag is live",
        share("use"),
        share("no counterpart")
    );
    println!("{served} of {known} whose image has a counterpart get one; not: {unserved:?}");
    assert!(served * 100 >= known * 95, "{served} of {known}");
}

/// Images for Windows have no hardened one, whatever they are called.
fn is_windows(reference: &str) -> bool {
    ["nanoserver", "windowsservercore"].iter().any(|it| reference.contains(it))
}

/// Images of which the script knows a counterpart and the engine suggests another one, or
/// none, and why.
const OTHERWISE: &[(&str, &str)] = &[];

#[test]
fn every_image_with_a_known_counterpart_gets_it() {
    let Some(shared) = Shared::read() else { return };
    let (catalog, live) = (shared.catalog(), shared.live());
    let mut otherwise = BTreeSet::new();
    let equivalents = shared.script["equivalents"].as_object().unwrap();
    for (image, expected) in equivalents {
        let text = format!("FROM {image}\nCOPY a /a\n");
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        let report = check(&file, &catalog, &Policy::default());
        let found = report.bases.first().map(|it| it.suggestion.clone());
        let is_expected = |reference: &String| {
            let names = expected.as_array().unwrap().iter().map(|it| it["dhi"].as_str().unwrap());
            names.into_iter().any(|it| reference.starts_with(&format!("dhi.io/{it}:")))
        };
        match found {
            Some(Suggestion::Use(reference)) if is_expected(&reference) => {
                assert!(live.contains(&reference), "{reference} for {image}");
            }
            _ => drop(otherwise.insert(image.as_str())),
        }
    }
    println!(
        "{} of {} images get the counterpart",
        equivalents.len() - otherwise.len(),
        equivalents.len()
    );
    OTHERWISE.iter().for_each(|(image, why)| println!("{image}: {why}"));
    assert_eq!(otherwise, OTHERWISE.iter().map(|(image, _)| *image).collect());
}

#[test]
fn every_tag_that_was_withdrawn_is_found_with_its_day_or_its_live_successor() {
    let Some(mut shared) = Shared::read() else { return };
    let live = shared.live();
    let retired = shared.retired();
    for (name, tag, _, day) in &retired {
        let withdrawn = WithdrawnTag { tag: tag.clone(), kind: None, day: day.clone() };
        match shared.images.iter_mut().find(|it| it.name == *name) {
            Some(image) => image.withdrawn.push(withdrawn),
            None => shared.images.push(HardenedFacts {
                name: name.clone(),
                withdrawn: vec![withdrawn],
                ..HardenedFacts::default()
            }),
        }
    }
    let catalog = shared.catalog();
    let (mut older, mut gone) = (0, 0);
    for (name, tag, kind, day) in &retired {
        let reference = format!("dhi.io/{name}:{tag}");
        let facts = catalog.facts_of(&reference).unwrap();
        match &facts.tag {
            TagStanding::OlderPatch(successor) => {
                assert!(live.contains(&format!("dhi.io/{name}:{successor}")), "{reference}");
                let (version, rest) = tag.split_once('-').unwrap_or((tag, ""));
                let (shorter, same) = successor.split_once('-').unwrap_or((successor, ""));
                assert_eq!(rest, same, "{reference}");
                assert!(version.starts_with(&format!("{shorter}.")), "{reference}: {successor}");
                older += 1;
            }
            TagStanding::Withdrawn(found) => {
                assert_eq!(found, day, "{reference}");
                gone += 1;
            }
            other => panic!("{reference}: {other:?}"),
        }
        let found = format!("{:?}", facts.kind.unwrap()).to_lowercase();
        assert_eq!(found, *kind, "{reference}");
    }
    println!(
        "{} withdrawn tags: {older} are older patches of live ones, {gone} say their day",
        retired.len()
    );
}

#[test]
fn every_file_of_the_corpus_gets_advice_with_live_tags_alone() {
    let Some(shared) = Shared::read() else { return };
    let (catalog, live) = (shared.catalog(), shared.live());
    let mut counts: BTreeMap<About, usize> = BTreeMap::new();
    let (mut files, mut compatible) = (0, 0);
    for text in corpus::dockerfiles(&shared.folder).unwrap() {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        files += 1;
        for advice in advice(&file, &catalog, &Policy::default()) {
            let lines = u32::try_from(text.lines().count()).unwrap();
            if let Suggestion::Use(reference) = &advice.suggestion {
                assert!(live.contains(reference), "{reference} for {}", advice.reference);
            }
            for remark in advice.remarks {
                assert!(remark.lines.is_none_or(|it| it.last <= lines), "{remark:?}");
                assert!(remark.sentence.ends_with('.'), "{remark:?}");
                compatible += usize::from(remark.sentence.contains("cannot be done without"));
                *counts.entry(remark.about).or_default() += 1;
            }
        }
    }
    println!("{files} files; remarks {counts:?}; {compatible} name a variant with a shell");
}

#[test]
fn the_corpus_is_scored_with_live_facts_as_with_the_built_in_ones() {
    let Some(shared) = Shared::read() else { return };
    let catalog = shared.catalog();
    let mut different: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for text in corpus::dockerfiles(&shared.folder).unwrap() {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        let report = |catalog| check(&file, catalog, &Policy::default());
        let (built_in, live) = (report(Catalog::built_in()), report(&catalog));
        for (before, now) in built_in.outcomes.iter().zip(&live.outcomes) {
            if before.verdict != now.verdict {
                let change = format!("{:?} -> {:?}", before.verdict, now.verdict);
                let bases = live.bases.iter().map(|it| it.reference.clone()).collect::<Vec<_>>();
                different.entry(change).or_default().push(bases.join(" "));
            }
        }
    }
    assert!(different.is_empty(), "{different:?}");
}
