//! Physical lines to logical lines: byte order mark, line ends, parser directives, comments,
//! continuations. The line map is made here.

use std::collections::{HashMap, HashSet};

use crate::LineRange;
use crate::dockerfile::heredoc::Marker;
use crate::dockerfile::text::MappedText;
use crate::dockerfile::{Comment, Diagnostic, Reach};

/// The longest physical line that BuildKit reads, in bytes.
const LONGEST_LINE: usize = 65_535;

/// One logical line: an instruction without its heredocs.
pub(super) struct LogicalLine {
    /// The joined text, without white space in front.
    pub text: MappedText,
    /// From its first to its last physical line.
    pub lines: LineRange,
}

/// Walks through a file line by line.
pub(super) struct LineReader<'b> {
    physical: Vec<&'b [u8]>,
    next: usize,
    directives_end: bool,
    seen: HashSet<String>,
    /// The last place of each line, without leading tabs if the key says so: whether a heredoc
    /// ends is known without reading to the end of the file each time.
    terminators: Option<HashMap<(bool, String), usize>>,
    /// The escape character in force.
    pub escape: char,
    /// The `syntax` directive.
    pub syntax: Option<String>,
    /// The comment lines met so far.
    pub comments: Vec<Comment>,
    /// What was wrong so far.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'b> LineReader<'b> {
    /// A reader at the beginning of the file.
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let physical = if bytes.is_empty() { Vec::new() } else { lines.split(is_feed).collect() };
        let mut reader = Self {
            physical,
            next: 0,
            directives_end: false,
            seen: HashSet::new(),
            terminators: None,
            escape: '\\',
            syntax: None,
            comments: Vec::new(),
            diagnostics: Vec::new(),
        };
        reader.find_long_lines();
        reader
    }

    /// How many physical lines there are.
    pub(super) fn line_count(&self) -> u32 {
        number(self.physical.len())
    }

    /// The next logical line; comments and blank lines are passed over.
    pub(super) fn logical_line(&mut self) -> Option<LogicalLine> {
        loop {
            let (line, number) = self.physical_line()?;
            let line = line.trim_start();
            self.directive(line, number);
            let content = if line.starts_with('#') { "" } else { line };
            self.note_comment(line, number);
            let (content, continues) = self.without_continuation(content);
            if content.is_empty() && !continues {
                continue;
            }
            let mut text = MappedText::default();
            text.push(content, number);
            if continues {
                self.join_continuations(&mut text);
            }
            let last = self.line_number().max(number);
            return Some(LogicalLine { text, lines: LineRange { first: number, last } });
        }
    }

    /// The next physical line without its line end, and its number.
    pub(super) fn physical_line(&mut self) -> Option<(String, u32)> {
        let bytes = self.physical.get(self.next)?;
        self.next += 1;
        let text = String::from_utf8_lossy(bytes);
        Some((text.trim_end_matches(['\r', '\n']).to_owned(), self.line_number()))
    }

    /// The number of the line read last.
    pub(super) fn line_number(&self) -> u32 {
        number(self.next)
    }

    /// The body of a heredoc whose marker was just read, and how many lines it has; `None`, and
    /// nothing read, if its end never comes.
    pub(super) fn heredoc_body(&mut self, marker: &Marker) -> Option<(MappedText, usize)> {
        let terminators = self.terminators.get_or_insert_with(|| last_lines(&self.physical));
        let last = terminators.get(&(marker.chomp, marker.name.clone()))?;
        if *last < self.next {
            return None;
        }
        let (mut body, mut line_count) = (MappedText::default(), 0);
        while let Some((line, number)) = self.physical_line() {
            let shown = if marker.chomp { line.trim_start_matches('\t') } else { &line };
            if shown == marker.name {
                break;
            }
            body.push(shown, number);
            body.push("\n", number);
            line_count += 1;
        }
        Some((body, line_count))
    }

    /// Notes why BuildKit refuses the file.
    pub(super) fn refuse(&mut self, lines: LineRange, message: String) {
        self.diagnostics.push(Diagnostic { reach: Reach::File, lines: Some(lines), message });
    }

    fn join_continuations(&mut self, text: &mut MappedText) {
        while let Some((line, number)) = self.physical_line() {
            self.directive(&line, number);
            let trimmed = line.trim_start();
            if trimmed.starts_with('#') {
                self.note_comment(trimmed, number);
                continue;
            }
            if trimmed.is_empty() {
                continue;
            }
            let (content, continues) = self.without_continuation(&line);
            text.push(content, number);
            if !continues {
                return;
            }
        }
    }

    /// Cuts a continuation mark: the escape character at the end, blanks behind it, not
    /// preceded by another one.
    fn without_continuation<'l>(&self, line: &'l str) -> (&'l str, bool) {
        let Some(before) = line.trim_end_matches([' ', '\t']).strip_suffix(self.escape) else {
            return (line, false);
        };
        if before.ends_with(self.escape) { (line, false) } else { (before, true) }
    }

    fn note_comment(&mut self, line: &str, number: u32) {
        if let Some(text) = line.strip_prefix('#') {
            self.comments.push(Comment { line: number, text: text.trim().to_owned() });
        }
    }

    /// Directives stand in the first lines only; any other line ends them.
    fn directive(&mut self, line: &str, number: u32) {
        if self.directives_end {
            return;
        }
        let Some((name, value)) = directive_of(line) else {
            self.directives_end = true;
            return;
        };
        let name = name.to_ascii_lowercase();
        if !matches!(name.as_str(), "escape" | "syntax" | "check") {
            self.directives_end = true;
            return;
        }
        if !self.seen.insert(name.clone()) {
            self.refuse(
                LineRange::one(number),
                format!("only one {name} parser directive can be used"),
            );
            return;
        }
        match (name.as_str(), value) {
            ("escape", "\\") => self.escape = '\\',
            ("escape", "`") => self.escape = '`',
            ("escape", _) => {
                self.refuse(
                    LineRange::one(number),
                    format!("the escape directive takes ` or \\, not '{value}'"),
                );
            }
            ("syntax", _) => self.syntax = Some(value.to_owned()),
            _ => {}
        }
    }

    fn find_long_lines(&mut self) {
        let too_long = |it: &&[u8]| it.len() > LONGEST_LINE;
        let Some(index) = self.physical.iter().position(too_long) else { return };
        self.refuse(
            LineRange::one(number(index + 1)),
            format!("a line has more than {LONGEST_LINE} bytes"),
        );
    }
}

fn last_lines(physical: &[&[u8]]) -> HashMap<(bool, String), usize> {
    let mut last = HashMap::new();
    for (index, bytes) in physical.iter().enumerate() {
        let text = String::from_utf8_lossy(bytes);
        let line = text.trim_end_matches('\r');
        last.insert((true, line.trim_start_matches('\t').to_owned()), index);
        last.insert((false, line.to_owned()), index);
    }
    last
}

fn is_feed(byte: &u8) -> bool {
    *byte == b'\n'
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Name and value of `# name=value`.
fn directive_of(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix('#')?.split_once('=')?;
    let (name, value) = (name.trim_matches(is_blank), value.trim_matches(is_blank));
    let mut characters = name.chars();
    let is_name = characters.next().is_some_and(|it| it.is_ascii_alphabetic())
        && characters.all(|it| it.is_ascii_alphanumeric());
    (is_name && !value.is_empty()).then_some((name, value))
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n' | '\u{c}')
}
