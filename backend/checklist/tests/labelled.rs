//! A hundred real Dockerfiles of 52 owners whose verdicts were written down by hand, from the
//! checklist alone, before the engine ever saw them (`labelled.jsonl`; its `why` says how
//! each was decided). The files lie in the corpus beside the repository; without it the
//! test says so and passes.

#[path = "shared/corpus.rs"]
#[expect(dead_code, reason = "only a part of it is needed here")]
mod corpus;

use std::collections::BTreeMap;
use std::error::Error;

use checklist::{Catalog, FileKind, Item, Outcome, Policy, SourceFile, check};
use serde_json::Value;

#[test]
fn the_engine_agrees_with_verdicts_written_by_hand() -> Result<(), Box<dyn Error>> {
    let Some(shared) = corpus::shared() else {
        println!("skipped: there is no corpus beside the repository");
        return Ok(());
    };
    let mut texts = BTreeMap::new();
    for row in corpus::rows(&shared.join("corpus/blobs.jsonl.gz"))? {
        if let (Some(sha), Some(text)) = (row["sha"].as_str(), row["text"].as_str()) {
            texts.insert(sha.to_owned(), text.to_owned());
        }
    }
    let mut differences = Vec::new();
    let mut compared = 0;
    for line in include_str!("labelled.jsonl").lines() {
        let row: Value = serde_json::from_str(line)?;
        let sha = row["sha"].as_str().ok_or("a row without a sha")?;
        let text = texts.get(sha).ok_or_else(|| format!("{sha} is not in the corpus"))?;
        let kind = match row["kind"].as_str() {
            Some("dockerfile_template") => FileKind::Template,
            _ => FileKind::Dockerfile,
        };
        let file = SourceFile { kind, bytes: text.as_bytes() };
        let report = check(&file, Catalog::built_in(), &Policy::default());
        for item in Item::ALL {
            compared += 1;
            let expected = &row["items"][item.slug()];
            differences.extend(difference(&row, item, expected, report.outcome(item)));
        }
    }
    println!("{} of {compared} verdicts differ", differences.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(compared, 800);
    Ok(())
}

/// What the engine says otherwise than the person, with both reasons.
fn difference(row: &Value, item: Item, expected: &Value, found: &Outcome) -> Option<String> {
    let settled = found.settled_by.map(Item::slug);
    let same = expected["verdict"] == found.verdict.slug();
    if same && expected["settled_by"].as_str() == settled {
        return None;
    }
    let findings = found.findings.iter().map(|it| {
        let line = it.lines.map_or(0, |it| it.first);
        format!("\n    {line} {}: {}", it.code, it.message)
    });
    Some(format!(
        "{} {} {}\n  person: {} {} {} {}\n  engine: {} {settled:?}{}",
        row["repo"],
        row["path"],
        item.slug(),
        expected["verdict"],
        expected["settled_by"],
        expected["lines"],
        expected["why"],
        found.verdict.slug(),
        findings.collect::<String>()
    ))
}
