//! A Dockerfile's source, cut into coloured spans for the page.

use std::collections::HashMap;

use crate::dockerfile::{self, Arguments, Instruction};

/// How far the end of a `${…}` is looked for.
const LONGEST_VARIABLE: usize = 200;

/// What a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// An instruction word.
    Keyword,
    /// A `--flag`.
    Flag,
    /// A quoted text.
    String,
    /// A `$variable`.
    Variable,
    /// A comment line.
    Comment,
    /// Everything else.
    Plain,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub kind: SpanKind,
    /// Its text.
    pub text: String,
}

/// One physical line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLine {
    /// Its number, from 1.
    pub number: u32,
    /// Its spans; together they are the line without its line end.
    pub spans: Vec<Span>,
}

/// The lines of a file, cut into spans. Bytes that are no UTF-8 become replacement characters;
/// the byte order mark and carriage returns at line ends are dropped.
#[must_use]
pub fn highlight(bytes: &[u8]) -> Vec<SourceLine> {
    let file = dockerfile::read(bytes);
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let marks = Marks::of(&file.instructions);
    let comments: Vec<u32> = file.comments.iter().map(|it| it.line).collect();
    let mut quote = None;
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1_u32..) {
        let line = line.trim_end_matches('\r');
        let spans = if comments.binary_search(&number).is_ok() {
            vec![Span { kind: SpanKind::Comment, text: line.to_owned() }]
        } else {
            let known = Known { words: marks.words(number), flags: marks.flags(number) };
            spans(line, &known, &mut quote)
        };
        // A quote goes on only where the instruction does.
        if !line.trim_end().ends_with(file.escape) {
            quote = None;
        }
        lines.push(SourceLine { number, spans });
    }
    lines
}

/// Where keywords and flags stand.
struct Marks {
    /// How many keywords begin an instruction that begins on this line (two with `ONBUILD`).
    starts: HashMap<u32, usize>,
    flags: HashMap<u32, usize>,
}

impl Marks {
    fn of(instructions: &[Instruction]) -> Self {
        let (mut starts, mut flags) = (HashMap::new(), HashMap::new());
        for instruction in instructions {
            let mut words = 1;
            let mut all = instruction.flags.iter().map(|it| it.line).collect::<Vec<_>>();
            if let Arguments::Trigger(trigger) = &instruction.arguments {
                words = 2;
                all.extend(trigger.flags.iter().map(|it| it.line));
            }
            starts.insert(instruction.lines.first, words);
            all.into_iter().for_each(|it| *flags.entry(it).or_insert(0) += 1);
        }
        Self { starts, flags }
    }

    fn words(&self, line: u32) -> usize {
        self.starts.get(&line).copied().unwrap_or_default()
    }

    fn flags(&self, line: u32) -> usize {
        self.flags.get(&line).copied().unwrap_or_default()
    }
}

/// How many keywords and flags a line holds.
struct Known {
    words: usize,
    flags: usize,
}

/// The spans of a line. `quote` is the quote that is open where the line begins.
fn spans(line: &str, known: &Known, quote: &mut Option<char>) -> Vec<Span> {
    let mut spans = Vec::new();
    let (mut words, mut flags) = (known.words, known.flags);
    let mut rest = line;
    while !rest.is_empty() {
        let (kind, length) = if words > 0 && !rest.starts_with(char::is_whitespace) {
            words -= 1;
            (SpanKind::Keyword, word_length(rest))
        } else if flags > 0 && rest.starts_with("--") {
            flags -= 1;
            (SpanKind::Flag, word_length(rest))
        } else {
            token(rest, quote)
        };
        let (text, behind) = rest.split_at_checked(length.max(1)).unwrap_or((rest, ""));
        push(&mut spans, kind, text);
        rest = behind;
    }
    spans
}

/// Neighbours of one kind are one span.
fn push(spans: &mut Vec<Span>, kind: SpanKind, text: &str) {
    match spans.last_mut() {
        Some(last) if last.kind == kind && !matches!(kind, SpanKind::Flag | SpanKind::Keyword) => {
            last.text.push_str(text);
        }
        Some(_) | None => spans.push(Span { kind, text: text.to_owned() }),
    }
}

/// The length of the word with which the text begins.
fn word_length(text: &str) -> usize {
    text.find(char::is_whitespace).unwrap_or(text.len())
}

/// Kind and length of what comes next.
fn token(text: &str, quote: &mut Option<char>) -> (SpanKind, usize) {
    let plain = if quote.is_some() { SpanKind::String } else { SpanKind::Plain };
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return (plain, 0) };
    let second = characters.next();
    match (first, *quote) {
        ('\\', open) if open != Some('\'') => (plain, 1 + second.map_or(0, char::len_utf8)),
        ('$', open) if open != Some('\'') => match variable(text) {
            Some(length) => (SpanKind::Variable, length),
            None => (plain, 1),
        },
        ('"' | '\'', None) => {
            *quote = Some(first);
            (SpanKind::String, 1)
        }
        (_, Some(open)) if open == first => {
            *quote = None;
            (SpanKind::String, 1)
        }
        _ => (plain, first.len_utf8()),
    }
}

/// The length of `$NAME` or `${…}`.
fn variable(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('$')?;
    if rest.starts_with('{') {
        let mut near = rest.char_indices().take(LONGEST_VARIABLE);
        return near.find(|(_, it)| *it == '}').map(|(at, _)| at + 2);
    }
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let length = rest.find(|it| !is_name(it)).unwrap_or(rest.len());
    (length > 0).then_some(length + 1)
}

#[cfg(test)]
mod tests {
    use super::{SpanKind, highlight};

    fn shown(source: &str) -> String {
        let mark = |kind| match kind {
            SpanKind::Keyword => "K",
            SpanKind::Flag => "F",
            SpanKind::String => "S",
            SpanKind::Variable => "V",
            SpanKind::Comment => "C",
            SpanKind::Plain => "P",
        };
        let line = |it: &super::SourceLine| {
            let spans = it.spans.iter().map(|it| format!("{}[{}]", mark(it.kind), it.text));
            format!("{} {}", it.number, spans.collect::<String>())
        };
        highlight(source.as_bytes()).iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn each_kind_is_told_apart() {
        let source =
            "# a\r\nFROM --platform=$X b\nENV C=\"d $E\" \\\n  # f\n  G='$h'\nONBUILD RUN i";
        insta::assert_snapshot!(shown(source), @r#"
        1 C[# a]
        2 K[FROM]P[ ]F[--platform=$X]P[ b]
        3 K[ENV]P[ C=]S["d ]V[$E]S["]P[ \]
        4 C[  # f]
        5 P[  G=]S['$h']
        6 K[ONBUILD]P[ ]K[RUN]P[ i]
        "#);
    }

    #[test]
    fn the_spans_of_a_line_are_the_line() {
        let source = "FROM a\nRUN echo \"é $\" ${ 'x\\'y\" \\\n\tz\n";
        let joined =
            |it: &super::SourceLine| it.spans.iter().map(|it| it.text.as_str()).collect::<String>();
        let lines: Vec<String> = highlight(source.as_bytes()).iter().map(joined).collect();
        assert_eq!(lines, source.lines().collect::<Vec<_>>());
    }
}
