//! One checked file: its report, and the findings that are still open in it.

use std::borrow::Cow;
use std::collections::HashMap;

use checklist::{
    Catalog, FileKind, Finding, Item, LineRange, Outcome, Policy, Progress, Report, SourceFile,
    Verdict,
};
use sha2::{Digest, Sha256};

use super::input::{Input, NotRead};

/// One file that was asked for, with its text and what the engine says of it.
pub(super) struct Checked {
    /// Where it comes from.
    pub(super) input: Input,
    /// Its name in reports, as it was named or found.
    pub(super) name: String,
    /// Its content, cut off behind the engine's limit.
    pub(super) bytes: Vec<u8>,
    /// What the engine says.
    pub(super) report: Report,
    /// The findings that are not settled, in the order of the items and then of the lines.
    /// What is said of the file as a whole stands here once.
    pub(super) open: Vec<Open>,
}

/// A finding that is not settled.
pub(super) struct Open {
    /// The item that it is about.
    pub(super) item: Item,
    /// Its place among the item's findings.
    pub(super) place: usize,
    /// What the evidence says, whatever line it stands on.
    pub(super) fingerprint: String,
    /// Whether the baseline has it.
    pub(super) is_known: bool,
}

/// What is decided for every file alike.
pub(super) struct Standards<'a> {
    /// The facts about images.
    pub(super) catalog: Cow<'static, Catalog>,
    /// The items that are asked for, in the checklist's order.
    pub(super) items: &'a [Item],
}

impl Standards<'_> {
    /// Reads and scores one file.
    pub(super) fn check(&self, input: &Input) -> Result<Checked, NotRead> {
        let bytes = input.read()?;
        let name = input.name();
        let kind = checklist::file_kind(&name).unwrap_or(FileKind::Dockerfile);
        let file = SourceFile { kind, bytes: &bytes };
        let report = checklist::check(&file, &self.catalog, &Policy::default());
        let open = self.open(&report, &bytes);
        Ok(Checked { input: input.clone(), name, bytes, report, open })
    }

    fn open(&self, report: &Report, bytes: &[u8]) -> Vec<Open> {
        let lines: Vec<&[u8]> = bytes.split(|it| *it == b'\n').collect();
        // Many findings of a hostile file may speak of the same long line.
        let mut fingerprints = HashMap::new();
        let mut open = Vec::new();
        for (item, outcome) in self.outcomes(report) {
            for (place, finding) in outcome.findings.iter().enumerate() {
                if is_open(finding.verdict) {
                    let fingerprint = fingerprints
                        .entry(finding.lines)
                        .or_insert_with(|| fingerprint(&lines, finding.lines));
                    let fingerprint = fingerprint.clone();
                    open.push(Open { item, place, fingerprint, is_known: false });
                }
            }
        }
        if report.state_reason.is_some() {
            open.truncate(1);
        }
        open
    }

    /// The outcomes of the items that are asked for.
    pub(super) fn outcomes<'r>(
        &self,
        report: &'r Report,
    ) -> impl Iterator<Item = (Item, &'r Outcome)> + use<'_, 'r> {
        self.items.iter().map(move |it| (*it, report.outcome(*it)))
    }

    /// The verdicts on the items that are asked for, counted.
    pub(super) fn progress(&self, report: &Report) -> Progress {
        self.outcomes(report).map(|(_, outcome)| outcome.verdict).collect()
    }
}

impl Checked {
    /// The findings that are not settled.
    pub(super) fn open_findings(&self) -> impl Iterator<Item = (&Open, &Finding)> {
        self.open
            .iter()
            .filter_map(|it| Some((it, self.report.outcome(it.item).findings.get(it.place)?)))
    }

    /// The same without those that the baseline has.
    pub(super) fn new_findings(&self) -> impl Iterator<Item = (&Open, &Finding)> {
        self.open_findings().filter(|(it, _)| !it.is_known)
    }

    /// Whether the baseline has a finding; none if it is settled.
    pub(super) fn is_known(&self, item: Item, place: usize) -> Option<bool> {
        let speaks_of_all = self.report.state_reason.is_some();
        let is_it = |it: &&Open| speaks_of_all || (it.item == item && it.place == place);
        self.open.iter().find(is_it).map(|it| it.is_known)
    }

    /// Whether anything remains that no baseline has.
    pub(super) fn fails(&self) -> bool {
        self.new_findings().any(|(_, finding)| finding.verdict == Verdict::Remaining)
    }
}

/// Whether a verdict asks for something.
pub(super) const fn is_open(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Met | Verdict::NotApplicable => false,
        Verdict::Remaining | Verdict::Verify | Verdict::Unknown => true,
    }
}

/// The first 64 bits of the SHA-256 of the evidence's lines, their white space apart: the
/// same wherever the lines stand, however they are indented and ended.
fn fingerprint(lines: &[&[u8]], evidence: Option<LineRange>) -> String {
    let mut hash = Sha256::new();
    let place = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
    let range = evidence.map_or(0..0, |it| place(it.first).saturating_sub(1)..place(it.last));
    for line in lines.get(range).unwrap_or_default() {
        for word in line.split(u8::is_ascii_whitespace).filter(|it| !it.is_empty()) {
            hash.update(word);
            hash.update(b" ");
        }
        hash.update(b"\n");
    }
    hash.finalize().iter().take(8).map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, lines: (u32, u32)) -> String {
        let split: Vec<&[u8]> = text.as_bytes().split(|it| *it == b'\n').collect();
        fingerprint(&split, Some(lines.into()))
    }

    #[test]
    fn a_fingerprint_stays_where_lines_move_and_are_indented() {
        assert_eq!(of("FROM a\n", (1, 1)), of("# c\n\n  FROM  a\r\n", (3, 3)));
        assert_ne!(of("FROM a\n", (1, 1)), of("FROM b\n", (1, 1)));
        assert_ne!(of("FROM a\n", (1, 1)), of("FROM\na\n", (1, 2)));
    }

    #[test]
    fn evidence_beyond_the_file_is_no_evidence() {
        assert_eq!(of("FROM a\n", (7, 9)), fingerprint(&[], None));
    }
}
