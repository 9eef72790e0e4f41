//! The source of a Dockerfile with its evidence: each line knows the worst
//! verdict that names it, each finding stands below its last line.

use checklist::{
    FileState, Finding, Item, LineRange, Report, SourceLine, SpanKind, Verdict, highlight,
};

use store::read::ItemVerdict;

use crate::parts::Mark;
use crate::prose::Prose;

/// More lines than any Dockerfile written by hand; what is over is left to GitHub.
const SHOWN_LINES: usize = 4000;

/// The source as the page prints it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) lines: Vec<Line>,
    /// How many lines are not shown.
    pub(super) cut: usize,
}

/// One physical line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: u32,
    pub(super) spans: Vec<Span>,
    /// What hurts most of what has this line as its evidence.
    pub(super) evidence: Option<ItemVerdict>,
    /// The findings whose last line this is.
    pub(super) notes: Vec<Note>,
}

/// Characters of one kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// The class of the stylesheet; empty for plain text.
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// A finding, explained in place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) item: Item,
    pub(super) mark: Mark,
    pub(super) message: Prose,
    pub(super) fix: Option<Prose>,
    /// The very lines on GitHub.
    pub(super) github_link: String,
}

impl Source {
    /// The lines of `bytes` with the evidence of `report` laid over them; `decided` says
    /// what people made of an item, `on_github` prints the address of lines there.
    pub(super) fn annotated(
        bytes: &[u8],
        report: &Report,
        decided: impl Fn(Item) -> Option<ItemVerdict>,
        on_github: impl Fn(LineRange) -> String,
    ) -> Self {
        let mut lines = coloured(bytes);
        let cut = lines.len().saturating_sub(SHOWN_LINES);
        lines.truncate(SHOWN_LINES);
        for (item, finding) in evidence(report) {
            let Some(range) = finding.lines else { continue };
            let verdict = decided(item).unwrap_or(finding.verdict.into());
            mark(&mut lines, range, verdict);
            if report.state == FileState::Readable {
                let note = Note::new(item, finding, verdict, on_github(range));
                explain(&mut lines, range, note);
            }
        }
        Self { lines, cut }
    }
}

/// The findings that say something against the file and name lines.
fn evidence(report: &Report) -> impl Iterator<Item = (Item, &Finding)> {
    Item::ALL.into_iter().flat_map(|item| {
        report
            .outcome(item)
            .findings
            .iter()
            .filter(|it| is_open(it.verdict))
            .map(move |it| (item, it))
    })
}

/// Whether a verdict leaves work to somebody.
pub(super) fn is_open(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Remaining | Verdict::Verify | Verdict::Unknown => true,
        Verdict::Met | Verdict::NotApplicable => false,
    }
}

impl Note {
    fn new(item: Item, finding: &Finding, verdict: ItemVerdict, github_link: String) -> Self {
        Self {
            item,
            mark: Mark::of(verdict),
            message: Prose::ending(&finding.message),
            fix: finding.fix.as_deref().map(Prose::sentence),
            github_link,
        }
    }
}

fn mark(lines: &mut [Line], range: LineRange, verdict: ItemVerdict) {
    for line in lines.iter_mut().filter(|it| (range.first..=range.last).contains(&it.number)) {
        let worst = line.evidence.into_iter().chain([verdict]).max_by_key(|it| pain(*it));
        line.evidence = worst;
    }
}

/// What is open hurts more than what somebody decided.
fn pain(verdict: ItemVerdict) -> u8 {
    match verdict {
        ItemVerdict::NotApplicable | ItemVerdict::Met => 0,
        ItemVerdict::Verified | ItemVerdict::Waived => 1,
        ItemVerdict::Verify => 2,
        ItemVerdict::Unknown => 3,
        ItemVerdict::Remaining => 4,
    }
}

fn explain(lines: &mut [Line], range: LineRange, note: Note) {
    if let Some(last) = lines.iter_mut().rfind(|it| it.number <= range.last) {
        last.notes.push(note);
    }
}

fn coloured(bytes: &[u8]) -> Vec<Line> {
    let line = |line: SourceLine| Line {
        number: line.number,
        spans: line.spans.into_iter().map(Span::from).collect(),
        evidence: None,
        notes: Vec::new(),
    };
    highlight(bytes).into_iter().map(line).collect()
}

impl From<checklist::Span> for Span {
    fn from(span: checklist::Span) -> Self {
        let class = match span.kind {
            SpanKind::Keyword => "keyword",
            SpanKind::Flag => "flag",
            SpanKind::String => "string",
            SpanKind::Variable => "variable",
            SpanKind::Comment => "comment",
            SpanKind::Plain => "",
        };
        Self { class, text: span.text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::dockerfile::tests::{finding, report};

    fn annotated(bytes: &[u8], report: &Report) -> Source {
        Source::annotated(bytes, report, |_| None, |_| String::new())
    }

    fn shown(source: &Source) -> String {
        let line = |it: &Line| {
            let text: String = it.spans.iter().map(|it| it.text.as_str()).collect();
            let notes: String =
                it.notes.iter().map(|it| format!(" <- {}", it.item.title())).collect();
            format!("{} {} {text}{notes}", it.number, it.evidence.map_or("-", ItemVerdict::slug))
        };
        source.lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_finding_marks_its_lines_and_stands_below_the_last_of_them() {
        let report = report(&[
            (Item::BaseImage, finding(Verdict::Remaining, 1, 1)),
            (Item::NoShell, finding(Verdict::Verify, 2, 3)),
        ]);
        insta::assert_snapshot!(
            shown(&annotated(b"FROM node\nRUN a \\\n  b\nUSER 1000\n", &report)), @r"
        1 remaining FROM node <- Base image
        2 verify RUN a \
        3 verify   b <- No shell
        4 - USER 1000
        "
        );
    }

    #[test]
    fn a_line_shows_the_worst_verdict_that_names_it() {
        let report = report(&[
            (Item::BaseImage, finding(Verdict::Verify, 1, 1)),
            (Item::NonRootUser, finding(Verdict::Remaining, 1, 1)),
        ]);
        let source = annotated(b"FROM node", &report);
        assert_eq!(source.lines[0].evidence, Some(ItemVerdict::Remaining));
        assert_eq!(source.lines[0].notes.len(), 2);
    }

    #[test]
    fn what_people_decided_marks_its_lines_unless_something_else_is_open_there() {
        let report = report(&[
            (Item::Ports, finding(Verdict::Remaining, 1, 2)),
            (Item::NoShell, finding(Verdict::Verify, 2, 2)),
        ]);
        let waived = |it| (it == Item::Ports).then_some(ItemVerdict::Waived);
        let source = Source::annotated(b"EXPOSE 80\nRUN a", &report, waived, |_| String::new());
        assert_eq!(shown(&source), "1 waived EXPOSE 80\n2 verify RUN a <- Ports <- No shell");
        assert_eq!(source.lines[1].notes[0].mark, Mark::of(ItemVerdict::Waived));
    }

    #[test]
    fn words_of_the_language_have_their_colour() {
        let source = annotated(b"FROM node # c", &report(&[]));
        let first = &source.lines[0].spans[0];
        assert_eq!((first.class, first.text.as_str()), ("keyword", "FROM"));
    }

    #[test]
    fn what_is_met_marks_no_line() {
        let report = report(&[(Item::Ports, finding(Verdict::Met, 1, 1))]);
        assert_eq!(shown(&annotated(b"EXPOSE 8080", &report)), "1 - EXPOSE 8080");
    }

    #[test]
    fn what_is_said_once_about_a_template_is_not_said_in_place() {
        let mut report = report(&[(Item::Ports, finding(Verdict::Unknown, 1, 1))]);
        report.state = FileState::Template;
        assert_eq!(shown(&annotated(b"FROM {{ a }}", &report)), "1 unknown FROM {{ a }}");
    }

    #[test]
    fn evidence_past_the_end_stands_below_the_last_line() {
        let report = report(&[(Item::Ports, finding(Verdict::Remaining, 9, 9))]);
        assert_eq!(shown(&annotated(b"FROM a", &report)), "1 - FROM a <- Ports");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_all_the_same() {
        let source = annotated(b"FROM \xff\r\nUSER 1\r\n", &report(&[]));
        assert_eq!(shown(&source), "1 - FROM \u{fffd}\n2 - USER 1");
    }

    #[test]
    fn an_endless_file_is_cut_and_says_by_how_much() {
        let source = annotated(&b"#\n".repeat(SHOWN_LINES + 7), &report(&[]));
        assert_eq!((source.lines.len(), source.cut), (SHOWN_LINES, 7));
    }
}
