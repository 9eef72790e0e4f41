//! The difference as rows: one below the other, or side by side.

use crate::diff::{Diff, DiffLine, Fate};

/// Lines that are shown; more than any Dockerfile written by hand has.
const SHOWN_LINES: usize = 4000;

/// A part of the file in which something differs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hunk {
    /// The line of the file as it is where it begins.
    pub(super) first: usize,
    pub(super) rows: Vec<Line>,
    pub(super) pairs: Vec<Pair>,
}

/// A line of either file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
    pub(super) fate: Fate,
    pub(super) text: String,
    /// The file ends without an end of its last line.
    pub(super) lacks_end: bool,
}

/// What stands beside each other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) old: Option<Line>,
    pub(super) new: Option<Line>,
}

/// The rows of a difference, and how many lines are left out.
pub(super) fn hunks(diff: &Diff<'_>) -> (Vec<Hunk>, usize) {
    let (mut room, mut cut) = (SHOWN_LINES, 0);
    let mut hunks = Vec::new();
    for mut lines in diff.hunks() {
        cut += lines.len().saturating_sub(room);
        lines.truncate(room);
        room -= lines.len();
        if let Some(first) = lines.iter().find_map(|it| it.old).or(lines.first().map(|_| 1)) {
            let rows: Vec<Line> = lines.iter().map(Line::from).collect();
            hunks.push(Hunk { first, pairs: pairs(&rows), rows });
        }
    }
    (hunks, cut)
}

/// Lines side by side: what goes beside what takes its place, one by one.
fn pairs(rows: &[Line]) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    // The next pair whose right half is still free.
    let mut free = 0;
    for row in rows {
        match row.fate {
            Fate::Kept => pairs.push(Pair { old: Some(row.clone()), new: Some(row.clone()) }),
            Fate::Removed => {
                pairs.push(Pair { old: Some(row.clone()), new: None });
                continue;
            }
            Fate::Added => match pairs.get_mut(free) {
                Some(pair) => pair.new = Some(row.clone()),
                None => pairs.push(Pair { old: None, new: Some(row.clone()) }),
            },
        }
        free = match row.fate {
            Fate::Added => free + 1,
            Fate::Kept | Fate::Removed => pairs.len(),
        };
    }
    pairs
}

impl Line {
    /// The class of its colour.
    pub(super) const fn class(&self) -> &'static str {
        match self.fate {
            Fate::Kept => "kept",
            Fate::Removed => "gone",
            Fate::Added => "new",
        }
    }
}

impl From<&DiffLine<'_>> for Line {
    fn from(it: &DiffLine<'_>) -> Self {
        let bytes = it.bytes.strip_suffix(b"\n").unwrap_or(it.bytes);
        let text = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        Self {
            old: it.old,
            new: it.new,
            fate: it.fate,
            text: String::from_utf8_lossy(text).into_owned(),
            lacks_end: !it.bytes.ends_with(b"\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(old: &str, new: &str) -> String {
        let (hunks, _) = hunks(&Diff::between(old.as_bytes(), new.as_bytes()));
        let half = |it: &Option<Line>| it.as_ref().map_or(String::new(), |it| it.text.clone());
        let pair = |it: &Pair| format!("{:<6}| {}\n", half(&it.old), half(&it.new));
        hunks.iter().flat_map(|it| &it.pairs).map(pair).collect()
    }

    #[test]
    fn what_takes_the_place_of_a_line_stands_beside_it() {
        insta::assert_snapshot!(side("a\nb\nc\nd\ne\n", "a\nB\nC\nC\nd\ne\nf\n"), @r"
        a     | a
        b     | B
        c     | C
              | C
        d     | d
        e     | e
              | f
        ");
        insta::assert_snapshot!(side("a\nb\nc\nd\n", "A\nd\n"), @r"
        a     | A
        b     | 
        c     | 
        d     | d
        ");
    }

    #[test]
    fn an_endless_difference_is_cut_and_says_by_how_much() {
        let file = |it: &str| it.repeat(SHOWN_LINES);
        let (hunks, cut) = hunks(&Diff::between(file("a\n").as_bytes(), file("b\n").as_bytes()));
        assert_eq!((hunks[0].rows.len(), cut), (SHOWN_LINES, SHOWN_LINES));
    }
}
