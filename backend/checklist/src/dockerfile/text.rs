//! Text that remembers on which physical line of the file each of its bytes stands.

use crate::LineRange;

/// A piece of an instruction and the physical line on which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text, quotes and variables as described where the piece is found.
    pub text: String,
    /// The physical line of its first character, counted from 1.
    pub line: u32,
}

/// Text put together from several physical lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MappedText {
    text: String,
    /// Where a new physical line begins: byte offset and line, both ascending.
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    offset: usize,
    line: u32,
}

impl MappedText {
    /// The text of one physical line.
    #[must_use]
    pub fn of_line(text: &str, line: u32) -> Self {
        let mut mapped = Self::default();
        mapped.push(text, line);
        mapped
    }

    /// Appends text that stands on the given physical line.
    pub fn push(&mut self, text: &str, line: u32) {
        if self.marks.last().is_none_or(|it| it.line != line) {
            self.marks.push(Mark { offset: self.text.len(), line });
        }
        self.text.push_str(text);
    }

    /// Appends another text with its own lines.
    pub fn append(&mut self, other: &Self) {
        let start = self.text.len();
        let marks = other.marks.iter().map(|it| Mark { offset: start + it.offset, line: it.line });
        self.marks.extend(marks);
        self.text.push_str(&other.text);
    }

    /// The line of the last character; 0 if nothing was ever pushed.
    #[must_use]
    pub fn last_line(&self) -> u32 {
        self.marks.last().map_or(0, |it| it.line)
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True if there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The physical line of the byte at `offset`; behind the end, the last line. 0 if nothing
    /// was ever pushed.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> u32 {
        let behind = self.marks.partition_point(|it| it.offset <= offset);
        self.marks.get(behind.saturating_sub(1)).map_or(0, |it| it.line)
    }

    /// The first and last physical line of the text.
    #[must_use]
    pub fn lines(&self) -> Option<LineRange> {
        let (first, last) = (self.marks.first()?, self.marks.last()?);
        Some(LineRange { first: first.line, last: last.line })
    }

    /// The text from `start` up to `end`, lines kept; empty where the offsets are no
    /// character borders.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let Some(text) = self.text.get(start..end) else { return Self::default() };
        let first = Mark { offset: 0, line: self.line_at(start) };
        let from = self.marks.partition_point(|it| it.offset <= start);
        let to = self.marks.partition_point(|it| it.offset < end);
        let later = self.marks.get(from..to.max(from)).unwrap_or_default();
        let shifted = later.iter().map(|it| Mark { offset: it.offset - start, line: it.line });
        let marks = std::iter::once(first).chain(shifted).collect();
        Self { text: text.to_owned(), marks }
    }

    /// The text without white space at both ends.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        let end = start + self.text.trim().len();
        self.slice(start, end)
    }

    /// The part of the text from `start` up to `end` as a piece.
    #[must_use]
    pub fn piece(&self, start: usize, end: usize) -> Piece {
        let text = self.text.get(start..end).unwrap_or_default().to_owned();
        Piece { text, line: self.line_at(start) }
    }
}

#[cfg(test)]
mod tests {
    use super::MappedText;

    fn two_lines() -> MappedText {
        let mut text = MappedText::of_line("a b ", 3);
        text.push("c d", 5);
        text
    }

    #[test]
    fn each_byte_knows_its_physical_line() {
        let text = two_lines();
        assert_eq!([0, 3, 4, 6, 99].map(|it| text.line_at(it)), [3, 3, 5, 5, 5]);
    }

    #[test]
    fn a_slice_keeps_its_lines() {
        let text = two_lines().slice(2, 5);
        assert_eq!((text.as_str(), text.line_at(0), text.line_at(2)), ("b c", 3, 5));
    }

    #[test]
    fn a_slice_that_cuts_a_character_is_empty() {
        assert!(MappedText::of_line("é", 1).slice(1, 2).is_empty());
    }
}
