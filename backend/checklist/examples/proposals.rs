//! Writes proposals to a folder, for people to read: `cargo run -p checklist --example
//! proposals -- FOLDER`, with the corpus beside the project's root. Forty proposals as texts
//! with both files, the changes, and what is left; and a table of real migrations beside what
//! is proposed for the files from before them.

#![expect(clippy::print_stdout, reason = "an example prints")]

#[path = "../tests/shared/corpus.rs"]
mod corpus;
#[path = "proposals/migrations.rs"]
mod migrations;
#[path = "proposals/reasons.rs"]
mod reasons;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use checklist::{Catalog, FileKind, Item, Policy, Proposal, SourceFile, propose};
use serde_json::Value;

/// How many proposals are written of each kind.
const OF_EACH_KIND: [(&str, usize); 3] = [("split", 14), ("from and exec form", 13), ("other", 13)];

fn main() -> Result<(), Box<dyn Error>> {
    let Some(shared) = corpus::shared() else {
        println!("skipped: there is no corpus beside the repository");
        return Ok(());
    };
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let folder = Path::new(&folder);
    let rows = corpus::rows(&shared.join("corpus/migrations.jsonl.gz"))?;
    std::fs::write(folder.join("migrations.md"), migrations::table(&rows)?)?;
    let before = rows.iter().filter_map(|it| it.get("before").and_then(Value::as_str));
    let texts: BTreeSet<String> =
        before.map(str::to_owned).chain(corpus::dockerfiles(&shared)?).collect();
    let mut reasons = reasons::Reasons::default();
    texts
        .iter()
        .map(|it| proposal_of(it))
        .filter(|it| it.content.is_none())
        .for_each(|it| reasons.add(&it));
    std::fs::write(folder.join("reasons.md"), reasons.table()?)?;
    let mut left = OF_EACH_KIND;
    let (mut number, mut seen, mut written) = (0, BTreeSet::new(), BTreeSet::new());
    // Varied ones first, then whatever fills the number.
    for is_varied in [true, false] {
        for text in &texts {
            let proposal = proposal_of(text);
            let Some(content) = &proposal.content else { continue };
            let (kind, alike) = kind(&proposal, content, text);
            let slot = left.iter_mut().find(|it| it.1 > 0 && (it.0 == kind || !is_varied));
            let Some(slot) = slot.filter(|_| !written.contains(text)) else { continue };
            if is_varied && !seen.insert(alike) {
                continue;
            }
            (slot.1, number) = (slot.1 - 1, number + 1);
            written.insert(text);
            let path = folder.join(format!("{number:02}.txt"));
            std::fs::write(path, shown(text, content, &proposal)?)?;
        }
    }
    println!("{number} proposals of {} texts", texts.len());
    Ok(())
}

/// The proposal with the built-in facts.
pub(crate) fn proposal_of(text: &str) -> Proposal {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    propose(&file, Catalog::built_in(), &Policy::default())
}

/// Which kind a proposal is, and what makes it like another one.
fn kind(proposal: &Proposal, content: &str, text: &str) -> (&'static str, String) {
    let from = |it: &str| it.lines().filter(|it| it.trim_start().starts_with("FROM ")).count();
    let has = |item| proposal.changes.iter().any(|it| it.item == item);
    let kind = match () {
        () if from(content) > from(text) => "split",
        () if has(Item::BaseImage) && has(Item::NoShell) => "from and exec form",
        () if has(Item::TlsCertificates) || has(Item::Ports) || has(Item::NoShell) => "other",
        () if has(Item::BaseImage) => "from and exec form",
        () => "other",
    };
    let mut alike: Vec<String> = proposal
        .changes
        .iter()
        .map(|it| format!("{} {}", it.item.slug(), it.why.split('`').nth(1).unwrap_or_default()))
        .collect();
    alike.dedup();
    (kind, alike.join(" "))
}

/// A proposal as a text.
fn shown(text: &str, content: &str, proposal: &Proposal) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let diff = similar::TextDiff::from_lines(text, content);
    writeln!(out, "=== diff\n{}", diff.unified_diff().context_radius(1000))?;
    writeln!(out, "=== changes")?;
    for it in &proposal.changes {
        let new = it.new_lines.map(|it| (it.first, it.last));
        let (first, last) = (it.lines.first, it.lines.last);
        writeln!(out, "{} {first}-{last} -> {new:?}: {}", it.item.slug(), it.why)?;
    }
    writeln!(out, "=== settles")?;
    for it in &proposal.settles {
        writeln!(out, "{}: {} -> {}", it.item.slug(), it.before.slug(), it.after.slug())?;
    }
    writeln!(out, "=== left")?;
    for it in &proposal.left {
        let line = it.lines.map(|it| it.first);
        writeln!(out, "{:?} {line:?}: {}", it.about, it.sentence)?;
    }
    writeln!(out, "=== old\n{text}\n=== new\n{content}")?;
    Ok(out)
}
