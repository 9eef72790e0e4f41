//! The lines that a finding speaks of, and what to underline in them: what its message
//! quotes, where that stands on the line, else the line.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Snippet};
use checklist::{Finding, LineRange};

use crate::check::text::{harmless, plain};

/// The most lines that are shown of one finding.
const LINES_SHOWN: usize = 6;
/// The most lines of one finding that are searched for what its message quotes.
const LINES_SEARCHED: usize = 1000;
/// The most quotations of a message that are looked for.
const QUOTATIONS: usize = 8;
/// How much of a line is handed to the renderer from the evidence on, in characters; the
/// renderer cuts it to the terminal's width.
const REACH: usize = 400;

/// A file's lines, made harmless: character for character, so that columns stay.
pub(super) struct Source {
    lines: Vec<String>,
}

/// What is shown of a file for one finding.
pub(super) struct Excerpt {
    /// The first line's number.
    first: usize,
    /// The lines, each with a line feed.
    text: String,
    /// What is underlined, in bytes of the text.
    marks: Vec<Range<usize>>,
}

impl Source {
    /// The lines of a file. A byte that is no UTF-8 is shown as one replacement.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let shown = |line: &str| line.chars().map(harmless_but_tab).collect();
        Self { lines: text.lines().map(shown).collect() }
    }

    /// The excerpt for a finding; none if it has no lines or they are not there.
    pub(super) fn excerpt(&self, finding: &Finding) -> Option<Excerpt> {
        let LineRange { first, last } = finding.lines?;
        let first = usize::try_from(first).ok()?;
        let last = usize::try_from(last).ok()?.min(self.lines.len());
        let lines = self.lines.get(first.checked_sub(1)?..last).filter(|it| !it.is_empty())?;
        let quoted = quotations(&finding.message);
        let searched = lines.iter().take(LINES_SEARCHED);
        let skipped = searched.take_while(|it| found_in(it, &quoted).is_empty()).count();
        let has_quotation = skipped < lines.len().min(LINES_SEARCHED);
        let skipped = if has_quotation { skipped } else { 0 };
        let shown = lines.iter().skip(skipped).take(LINES_SHOWN);
        let mut excerpt = Excerpt::at(first + skipped);
        for line in shown {
            let found = found_in(line, &quoted);
            let marks = if has_quotation { found } else { vec![trimmed(line)] };
            excerpt.add(line, &marks);
        }
        Some(excerpt)
    }
}

impl Excerpt {
    const fn at(first: usize) -> Self {
        Self { first, text: String::new(), marks: Vec::new() }
    }

    /// Adds a line, up to what is a little behind the beginning of its first mark.
    fn add(&mut self, line: &str, marks: &[Range<usize>]) {
        let start = marks.first().map_or(0, |it| it.start);
        let behind = line.get(start..).unwrap_or_default();
        let reach = behind.char_indices().nth(REACH).map_or(behind.len(), |(at, _)| at);
        let end = start + reach;
        let base = self.text.len();
        let shown = marks.iter().filter(|it| it.start <= end);
        self.marks.extend(shown.map(|it| base + it.start..base + it.end.min(end)));
        self.text.push_str(line.get(..end).unwrap_or_default());
        self.text.push('\n');
    }

    /// For the renderer, which says line and column of the first mark.
    pub(super) fn element(self, path: String) -> Element<'static> {
        let marks = self.marks.into_iter().map(|it| AnnotationKind::Primary.span(it));
        Snippet::source(self.text).path(path).line_start(self.first).annotations(marks).into()
    }
}

/// What a message quotes between backticks; where it quotes several words, behind all of
/// those also the first word of each, because options may stand between.
fn quotations(message: &str) -> Vec<String> {
    let quoted = message.split('`').skip(1).step_by(2).take(QUOTATIONS);
    let mut whole: Vec<String> = quoted.map(plain).filter(|it| !it.trim().is_empty()).collect();
    let first_words: Vec<String> = whole
        .iter()
        .filter_map(|it| Some(it.split_once(' ')?.0.to_owned()))
        .filter(|it| !it.is_empty())
        .collect();
    whole.extend(first_words);
    whole
}

/// Where the quotations stand on a line; none on a comment. The parts do not overlap and
/// are in the line's order.
fn found_in(line: &str, quoted: &[String]) -> Vec<Range<usize>> {
    if line.trim_start().starts_with('#') {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for quotation in quoted {
        let place = line.match_indices(quotation.as_str()).map(|(at, it)| at..at + it.len());
        let mut whole_words = place.filter(|it| is_whole(line, it));
        if let Some(place) = whole_words.next()
            && !found.iter().any(|it| it.start < place.end && place.start < it.end)
        {
            found.push(place);
        }
    }
    found.sort_unstable_by_key(|it| it.start);
    found
}

/// Whether a part of a line is no part of a longer word.
fn is_whole(line: &str, part: &Range<usize>) -> bool {
    let continues = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_');
    let before = line.get(..part.start).and_then(|it| it.chars().next_back());
    let behind = line.get(part.end..).and_then(|it| it.chars().next());
    !before.is_some_and(continues) && !behind.is_some_and(continues)
}

/// A line without the white space at its ends, and at least one character of it.
fn trimmed(line: &str) -> Range<usize> {
    let start = line.len() - line.trim_start().len();
    let end = line.trim_end().len();
    if start < end { start..end } else { 0..0 }
}

fn harmless_but_tab(character: char) -> char {
    if character == '\t' { '\t' } else { harmless(character) }
}
