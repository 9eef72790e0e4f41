//! Writes proposals to a folder, for people to read: `cargo run -p checklist --example
//! proposals -- FOLDER [EVERY]`, with the corpus beside the project's root. Every proposal is
//! a text with both files, the changes, and what is left.

#![expect(clippy::print_stdout, reason = "an example prints")]

#[path = "../tests/shared/corpus.rs"]
#[expect(dead_code, reason = "only a part of it is needed here")]
mod corpus;

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use checklist::{Catalog, FileKind, Policy, Proposal, SourceFile, propose};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(shared) = corpus::shared() else {
        println!("skipped: there is no corpus beside the repository");
        return Ok(());
    };
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let mut number = 0;
    for row in corpus::rows(&shared.join("corpus/blobs.jsonl.gz"))? {
        let text = row.get("text").and_then(Value::as_str).unwrap_or_default();
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        let proposal = propose(&file, Catalog::built_in(), &Policy::default());
        if let Some(content) = &proposal.content {
            number += 1;
            let path = Path::new(&folder).join(format!("{number:04}.txt"));
            std::fs::write(path, shown(text, content, &proposal)?)?;
        }
    }
    println!("{number} proposals");
    Ok(())
}

/// A proposal as a text.
fn shown(text: &str, content: &str, proposal: &Proposal) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let diff = similar::TextDiff::from_lines(text, content);
    writeln!(out, "=== diff\n{}", diff.unified_diff().context_radius(1000))?;
    writeln!(out, "=== changes")?;
    for it in &proposal.changes {
        writeln!(out, "{} {:?} -> {:?}: {}", it.item.slug(), it.lines, it.new_lines, it.why)?;
    }
    writeln!(out, "=== settles")?;
    for it in &proposal.settles {
        writeln!(out, "{}: {} -> {}", it.item.slug(), it.before.slug(), it.after.slug())?;
    }
    writeln!(out, "=== left")?;
    for it in &proposal.left {
        writeln!(out, "{:?} {:?}: {}", it.about, it.lines, it.sentence)?;
    }
    Ok(out)
}
