//! What differs between a file as it is and as it might be, line by line.
//!
//! A line ends where git ends it, at a line feed alone: the carriage return before it is part of
//! the line, and so is the lack of an end of the last one.

mod patch;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

/// Lines without a change around each change, as git shows them.
const CONTEXT: usize = 3;

/// Two files and what differs.
#[derive(Debug)]
pub(crate) struct Diff<'a> {
    old: Vec<&'a [u8]>,
    new: Vec<&'a [u8]>,
    hunks: Vec<Vec<DiffOp>>,
}

/// A line of a hunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DiffLine<'a> {
    /// What becomes of it.
    pub(crate) fate: Fate,
    /// Its number in the file as it is, from 1.
    pub(crate) old: Option<usize>,
    /// Its number in the other file.
    pub(crate) new: Option<usize>,
    /// It with its end.
    pub(crate) bytes: &'a [u8],
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stays.
    Kept,
    /// It goes.
    Removed,
    /// It is new.
    Added,
}

impl<'a> Diff<'a> {
    pub(crate) fn between(old: &'a [u8], new: &'a [u8]) -> Self {
        let lines = |it: &'a [u8]| it.split_inclusive(|it| *it == b'\n').collect();
        let (old, new): (Vec<&[u8]>, Vec<&[u8]>) = (lines(old), lines(new));
        let changes = capture_diff_slices(Algorithm::Myers, &old, &new);
        Self { hunks: group_diff_ops(changes, CONTEXT), old, new }
    }

    /// The lines of each hunk; of lines that take the place of others these come first.
    pub(crate) fn hunks(&self) -> impl Iterator<Item = Vec<DiffLine<'a>>> {
        self.hunks.iter().map(|it| it.iter().flat_map(|it| self.lines(it)).collect())
    }

    /// How many lines go and how many are new.
    pub(crate) fn extent(&self) -> (usize, usize) {
        let changed = |it: &&DiffOp| it.tag() != DiffTag::Equal;
        let changes = self.hunks.iter().flatten().filter(changed);
        changes.fold((0, 0), |(removed, added), it| {
            (removed + it.old_range().len(), added + it.new_range().len())
        })
    }

    fn lines(&self, part: &DiffOp) -> Vec<DiffLine<'a>> {
        let (tag, olds, news) = part.as_tag_tuple();
        let old = |place: usize, new: Option<usize>| {
            let fate = if new.is_some() { Fate::Kept } else { Fate::Removed };
            let bytes = *self.old.get(place)?;
            Some(DiffLine { fate, old: Some(place + 1), new: new.map(|it| it + 1), bytes })
        };
        let added = |place: usize| {
            let bytes = *self.new.get(place)?;
            Some(DiffLine { fate: Fate::Added, old: None, new: Some(place + 1), bytes })
        };
        if tag == DiffTag::Equal {
            return olds.zip(news).filter_map(|(it, new)| old(it, Some(new))).collect();
        }
        olds.filter_map(|it| old(it, None)).chain(news.filter_map(added)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let diff = Diff::between(old.as_bytes(), new.as_bytes());
        let number = |it: Option<usize>| it.map_or("-".to_owned(), |it| it.to_string());
        let line = |it: DiffLine<'_>| {
            let text = String::from_utf8_lossy(it.bytes).into_owned();
            format!("{} {} {:?} {text:?}\n", number(it.old), number(it.new), it.fate)
        };
        let hunk = |it: Vec<DiffLine<'_>>| it.into_iter().map(line).collect::<String>();
        diff.hunks().map(hunk).collect::<Vec<_>>().join("…\n")
    }

    #[test]
    fn a_line_that_takes_the_place_of_another_stands_behind_it() {
        insta::assert_snapshot!(shown("FROM node\nUSER 1\n", "FROM dhi.io/node:24\nUSER 1\n"), @r#"
        1 - Removed "FROM node\n"
        - 1 Added "FROM dhi.io/node:24\n"
        2 2 Kept "USER 1\n"
        "#);
    }

    #[test]
    fn lines_far_from_any_change_are_left_out() {
        let file = |first: &str, last: &str| format!("{first}\n{}{last}\n", "#\n".repeat(9));
        let told = shown(&file("a", "b"), &file("c", "d"));
        assert_eq!((told.lines().count(), told.matches('…').count()), (2 + 3 + 1 + 3 + 2, 1));
    }

    #[test]
    fn a_line_end_belongs_to_its_line() {
        insta::assert_snapshot!(shown("a\r\nb", "a\nb\n"), @r#"
        1 - Removed "a\r\n"
        2 - Removed "b"
        - 1 Added "a\n"
        - 2 Added "b\n"
        "#);
    }

    #[test]
    fn what_goes_and_what_is_new_is_counted() {
        let diff = Diff::between(b"a\nb\nc\n", b"a\nd\ne\nc\nf\n");
        assert_eq!(diff.extent(), (1, 3));
    }
}
