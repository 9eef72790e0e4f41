//! What a decision speaks about, as a digest: of each finding of the item its code and the text
//! of its lines. Not their numbers, so that a change elsewhere in the file keeps the decision.

use checklist::{Finding, Item, Report};
use sha2::{Digest as _, Sha256};

/// A Dockerfile as far as evidence needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// What the engine says; none where the content could not be had.
    pub(crate) report: Option<&'a Report>,
    /// The sha of its content.
    pub(crate) blob_sha: Option<&'a str>,
    /// The content; none where it is over the size limit.
    pub(crate) content: Option<&'a [u8]>,
}

impl Subject<'_> {
    /// The digest of an item's evidence. A finding without lines speaks about the whole
    /// content, as does one whose lines are not stored. A file that could not be had has the
    /// same evidence whatever the reason was; it changes once a crawl can read it.
    pub(crate) fn digest(self, item: Item) -> String {
        let mut digest = Sha256::new();
        match self.report {
            Some(report) => {
                for finding in &report.outcome(item).findings {
                    self.add(finding, &mut digest);
                }
            }
            None => add(&mut digest, b"unread"),
        }
        digest.finalize().iter().map(|it| format!("{it:02x}")).collect()
    }

    fn add(self, finding: &Finding, digest: &mut Sha256) {
        add(digest, finding.code.as_bytes());
        let (Some(range), Some(content)) = (finding.lines, self.content) else {
            add(digest, self.blob_sha.unwrap_or_default().as_bytes());
            return;
        };
        let first = usize::try_from(range.first.saturating_sub(1)).unwrap_or(usize::MAX);
        let count = usize::try_from(range.last.saturating_sub(range.first)).unwrap_or(usize::MAX);
        let lines = content.split(|it| *it == b'\n').skip(first);
        for line in lines.take(count.saturating_add(1)) {
            add(digest, line.trim_ascii_end());
        }
    }
}

/// Adds a part with its length, so that two parts never read as one.
fn add(digest: &mut Sha256, part: &[u8]) {
    digest.update(part.len().to_be_bytes());
    digest.update(part);
}

#[cfg(test)]
mod tests {
    use super::*;
    use checklist::{LineRange, Verdict};

    fn digest(text: &str, lines: Option<(u32, u32)>, code: &str) -> String {
        let mut report = crate::tests::support::report(&[]);
        report.outcomes[0].findings.push(Finding {
            code: code.to_owned(),
            verdict: Verdict::Verify,
            lines: lines.map(LineRange::from),
            message: "look".to_owned(),
            fix: None,
        });
        let subject = Subject {
            report: Some(&report),
            blob_sha: Some(&text.len().to_string()),
            content: Some(text.as_bytes()),
        };
        subject.digest(Item::BaseImage)
    }

    #[test]
    fn lines_that_move_are_the_same_evidence() {
        let before = digest("FROM a\nCOPY . .\n", Some((2, 2)), "c");
        assert_eq!(before, digest("# new\n\nFROM a\r\nCOPY . . \r\n", Some((4, 4)), "c"));
    }

    #[test]
    fn other_text_on_a_line_another_line_or_another_reason_is_other_evidence() {
        let before = digest("FROM a\nCOPY . .\n", Some((2, 2)), "c");
        assert_ne!(before, digest("FROM a\nCOPY . /app\n", Some((2, 2)), "c"));
        assert_ne!(before, digest("FROM a\nCOPY . .\n", Some((1, 2)), "c"));
        assert_ne!(before, digest("FROM a\nCOPY . .\n", Some((2, 2)), "d"));
    }

    #[test]
    fn a_finding_about_the_whole_file_has_all_of_it_as_evidence() {
        assert_ne!(digest("FROM a\n", None, "c"), digest("FROM a\n\n", None, "c"));
    }

    #[test]
    fn evidence_past_the_end_is_no_line() {
        assert_eq!(digest("FROM a", Some((9, u32::MAX)), "c"), digest("X", Some((3, 4)), "c"));
    }

    #[test]
    fn another_item_has_evidence_of_its_own() {
        fn subject(report: &Report) -> Subject<'_> {
            Subject { report: Some(report), blob_sha: None, content: None }
        }
        let mut report = crate::tests::support::report(&[]);
        let before = subject(&report).digest(Item::Ports);
        report.outcomes[0].findings.push(Finding {
            code: "c".to_owned(),
            verdict: Verdict::Verify,
            lines: None,
            message: String::new(),
            fix: None,
        });
        assert_eq!(subject(&report).digest(Item::Ports), before);
        assert_ne!(subject(&report).digest(Item::BaseImage), before);
    }
}
