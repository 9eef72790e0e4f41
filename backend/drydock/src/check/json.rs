//! The report for programs. The shape is documented in the README and versioned.

use std::collections::BTreeMap;
use std::io::{self, Write};

use checklist::{Finding, Item, LineRange, Outcome, Progress, Verdict};
use serde::Serialize;

use super::Checked;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    files: Vec<FileEntry<'a>>,
}

#[derive(Serialize)]
struct FileEntry<'a> {
    path: &'a str,
    state: checklist::FileState,
    progress: Progress,
    items: BTreeMap<&'static str, ItemEntry<'a>>,
}

#[derive(Serialize)]
struct ItemEntry<'a> {
    verdict: Verdict,
    settled_by: Option<Item>,
    findings: Vec<FindingEntry<'a>>,
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    code: &'a str,
    verdict: Verdict,
    lines: Option<LineRange>,
    message: &'a str,
    fix: Option<&'a str>,
}

#[derive(Serialize)]
struct InstructionEntry {
    instruction: String,
    start: u32,
    end: u32,
}

/// Prints one document with every file.
pub(super) fn print(out: &mut impl Write, files: &[Checked]) -> io::Result<()> {
    let document = Document { version: 1, files: files.iter().map(file_entry).collect() };
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}

/// Prints, per file, one line with its instructions as the engine reads them.
pub(super) fn print_instructions(out: &mut impl Write, files: &[Checked]) -> io::Result<()> {
    for file in files {
        let instructions: Vec<InstructionEntry> = checklist::instructions(&file.bytes)
            .into_iter()
            .map(|it| InstructionEntry { instruction: it.keyword, start: it.first, end: it.last })
            .collect();
        serde_json::to_writer(&mut *out, &instructions)?;
        writeln!(out)?;
    }
    Ok(())
}

fn file_entry(file: &Checked) -> FileEntry<'_> {
    let outcomes = Item::ALL.into_iter().zip(&file.report.outcomes);
    FileEntry {
        path: &file.path,
        state: file.report.state,
        progress: file.report.progress(),
        items: outcomes.map(|(item, outcome)| (item.slug(), item_entry(outcome))).collect(),
    }
}

fn item_entry(outcome: &Outcome) -> ItemEntry<'_> {
    ItemEntry {
        verdict: outcome.verdict,
        settled_by: outcome.settled_by,
        findings: outcome.findings.iter().map(finding_entry).collect(),
    }
}

fn finding_entry(finding: &Finding) -> FindingEntry<'_> {
    FindingEntry {
        code: &finding.code,
        verdict: finding.verdict,
        lines: finding.lines,
        message: &finding.message,
        fix: finding.fix.as_deref(),
    }
}
