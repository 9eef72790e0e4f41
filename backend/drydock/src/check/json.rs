//! The report for programs. The shape is documented in the README and versioned.

use std::collections::BTreeMap;
use std::io::{self, Write};

use checklist::{Finding, Item, LineRange, Outcome, Progress, Verdict};
use serde::Serialize;

use super::findings::{Checked, Standards};
use super::print::Ending;

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
    /// Only with a baseline, and only for what is not settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<bool>,
}

#[derive(Serialize)]
struct NotReadEntry<'a> {
    path: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct InstructionEntry {
    instruction: String,
    start: u32,
    end: u32,
}

/// Prints one document, file by file.
pub(super) struct Json {
    has_baseline: bool,
    is_first: bool,
}

impl Json {
    pub(super) const fn new(has_baseline: bool) -> Self {
        Self { has_baseline, is_first: true }
    }

    pub(super) fn start(out: &mut impl Write) -> io::Result<()> {
        write!(out, r#"{{"version":1,"files":["#)
    }

    pub(super) fn file(
        &mut self,
        out: &mut impl Write,
        standards: &Standards<'_>,
        file: &Checked,
    ) -> io::Result<()> {
        if !std::mem::take(&mut self.is_first) {
            write!(out, ",")?;
        }
        let items = standards.outcomes(&file.report);
        let entry = FileEntry {
            path: &file.name,
            state: file.report.state,
            progress: standards.progress(&file.report),
            items: items.map(|(item, it)| (item.slug(), self.item(file, item, it))).collect(),
        };
        Ok(serde_json::to_writer(out, &entry)?)
    }

    pub(super) fn end(out: &mut impl Write, ending: &Ending<'_>) -> io::Result<()> {
        let entries = ending.not_read.iter();
        let not_read: Vec<NotReadEntry<'_>> =
            entries.map(|it| NotReadEntry { path: &it.path, reason: &it.reason }).collect();
        write!(out, r#"],"not_read":"#)?;
        serde_json::to_writer(&mut *out, &not_read)?;
        if let Some(comparison) = ending.comparison {
            write!(out, r#","baseline":"#)?;
            serde_json::to_writer(&mut *out, &comparison)?;
        }
        writeln!(out, "}}")
    }

    fn item<'f>(&self, file: &Checked, item: Item, outcome: &'f Outcome) -> ItemEntry<'f> {
        let known = |place| file.is_known(item, place).filter(|_| self.has_baseline);
        let findings = outcome.findings.iter().enumerate();
        ItemEntry {
            verdict: outcome.verdict,
            settled_by: outcome.settled_by,
            findings: findings.map(|(place, it)| finding_entry(it, known(place))).collect(),
        }
    }
}

/// Prints the instructions of a file as the engine reads them, on one line.
pub(super) fn print_instructions(out: &mut impl Write, file: &Checked) -> io::Result<()> {
    let instructions: Vec<InstructionEntry> = checklist::instructions(&file.bytes)
        .into_iter()
        .map(|it| InstructionEntry { instruction: it.keyword, start: it.first, end: it.last })
        .collect();
    serde_json::to_writer(&mut *out, &instructions)?;
    writeln!(out)
}

fn finding_entry(finding: &Finding, known: Option<bool>) -> FindingEntry<'_> {
    FindingEntry {
        code: &finding.code,
        verdict: finding.verdict,
        lines: finding.lines,
        message: &finding.message,
        fix: finding.fix.as_deref(),
        known,
    }
}
