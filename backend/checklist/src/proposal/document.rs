//! The text of a file under change: physical lines that know from where they come, so that
//! several passes can edit it and the reader still learns what became of which line.

use super::{Change, Op, Step};
use crate::LineRange;

/// A physical line.
#[derive(Debug, Clone)]
struct Line {
    /// The same through all edits.
    id: usize,
    text: String,
    /// The carriage return and line feed behind it; empty at the end of the file.
    end: String,
    /// Its number in the file as it is; none if it was inserted.
    old: Option<u32>,
    /// The changes that wrote it.
    changes: Vec<usize>,
}

/// A change that is made, its lines in the file as it is.
#[derive(Debug, Clone)]
struct Made {
    step: Step,
    lines: LineRange,
}

/// A file under change.
#[derive(Debug, Clone)]
pub(super) struct Document {
    lines: Vec<Line>,
    made: Vec<Made>,
    next_id: usize,
}

impl Document {
    /// The file as it is.
    pub(super) fn of(text: &str) -> Self {
        let line = |(id, whole): (usize, &str)| {
            let text = whole.trim_end_matches('\n').trim_end_matches('\r');
            let end = whole.get(text.len()..).unwrap_or_default().to_owned();
            let old = u32::try_from(id + 1).ok();
            Line { id, text: text.to_owned(), end, old, changes: Vec::new() }
        };
        let lines: Vec<Line> = text.split_inclusive('\n').enumerate().map(line).collect();
        let next_id = lines.len();
        Self { lines, made: Vec::new(), next_id }
    }

    /// The whole text.
    pub(super) fn text(&self) -> String {
        self.lines.iter().flat_map(|it| [it.text.as_str(), it.end.as_str()]).collect()
    }

    /// The identity and the text of the line that has a number now.
    pub(super) fn line(&self, number: u32) -> Option<(usize, &str)> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.lines.get(index).map(|it| (it.id, it.text.as_str()))
    }

    /// The lines of the file as it is behind lines of now; of inserted ones the line before.
    pub(super) fn old_lines(&self, now: LineRange) -> Option<LineRange> {
        let olds = (now.first..=now.last.min(now.first.saturating_add(100_000)))
            .map_while(|it| self.lines.get(usize::try_from(it).ok()?.checked_sub(1)?))
            .filter_map(|it| it.old);
        let before = || self.old_before(usize::try_from(now.first).ok()?).map(LineRange::one);
        range(olds).or_else(before)
    }

    /// Makes a change; false, and only a part of it made, if a line is not there any more.
    pub(super) fn make(&mut self, step: Step) -> bool {
        let change = self.made.len();
        let mut touched: Vec<u32> = Vec::new();
        let mut anchors: Vec<u32> = Vec::new();
        for op in &step.ops {
            let Some(index) = self.lines.iter().position(|it| it.id == op.line()) else {
                return false;
            };
            match op {
                Op::Replace(_, text) => {
                    let Some(line) = self.lines.get_mut(index) else { return false };
                    line.text.clone_from(text);
                    line.changes.push(change);
                    touched.extend(line.old);
                    anchors.extend(self.old_before(index));
                }
                Op::Remove(_) => {
                    let line = self.lines.remove(index);
                    touched.extend(line.old);
                    anchors.extend(self.old_before(index));
                    self.keep_end(&line.end);
                }
                Op::InsertAfter(_, texts) => {
                    anchors.extend(self.old_before(index + 1));
                    self.insert(index, texts, change);
                }
            }
        }
        let lines = range(touched.into_iter()).or_else(|| range(anchors.into_iter()));
        self.made.push(Made { step, lines: lines.unwrap_or(LineRange::one(1)) });
        true
    }

    /// The last line of the file as it is among the first lines of now.
    fn old_before(&self, count: usize) -> Option<u32> {
        self.lines.iter().take(count).rev().find_map(|it| it.old)
    }

    /// A file whose last line had no end keeps that.
    fn keep_end(&mut self, removed: &str) {
        if let (true, Some(last)) = (removed.is_empty(), self.lines.last_mut()) {
            last.end.clear();
        }
    }

    fn insert(&mut self, index: usize, texts: &[String], change: usize) {
        let usual = self.lines.first().map(|it| it.end.clone()).filter(|it| !it.is_empty());
        let usual = usual.unwrap_or_else(|| "\n".to_owned());
        let Some(before) = self.lines.get_mut(index) else { return };
        let last_end = before.end.clone();
        if before.end.is_empty() {
            before.end.clone_from(&usual);
        }
        let end = before.end.clone();
        let count = texts.len();
        for (place, text) in texts.iter().enumerate() {
            let end = if place + 1 == count { last_end.clone() } else { end.clone() };
            let line = Line {
                id: self.next_id,
                text: text.clone(),
                end,
                old: None,
                changes: vec![change],
            };
            self.next_id += 1;
            self.lines.insert(index + 1 + place, line);
        }
    }

    /// The changes in the order of the lines of the file as it is.
    pub(super) fn changes(&self) -> Vec<Change> {
        let mut changes: Vec<Change> =
            self.made.iter().enumerate().map(|(index, it)| self.change(index, it)).collect();
        changes.sort_by_key(|it| it.lines);
        changes
    }

    fn change(&self, index: usize, made: &Made) -> Change {
        let numbered = self.lines.iter().zip(1_u32..);
        let written = numbered.filter(|(it, _)| it.changes.contains(&index));
        Change {
            item: made.step.item,
            lines: made.lines,
            new_lines: range(written.map(|(_, number)| number)),
            why: made.step.why.clone(),
        }
    }
}

fn range(numbers: impl Iterator<Item = u32>) -> Option<LineRange> {
    let (first, last) =
        numbers.fold((u32::MAX, 0), |(first, last), it| (first.min(it), last.max(it)));
    (first <= last).then_some(LineRange { first, last })
}
