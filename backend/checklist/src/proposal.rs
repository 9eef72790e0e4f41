//! The suggested Dockerfile: the safe part of a migration as a whole proposed file.
//!
//! Passes look at the file one after the other and offer groups of steps, each group whole or
//! not at all. A group is taken only if the file that it gives still parses, if no stage or
//! copy leads elsewhere and if no item is worse than in the file as it is. The passes are
//! repeated until none has anything to offer: proposing on a proposal changes nothing.
//! Whatever a pass cannot prove to be safe it leaves and says why.

mod authorities;
mod bases;
mod brought;
mod certificates;
mod confined;
mod document;
mod draft;
mod exec_form;
mod folders;
mod foreign_owners;
mod from_line;
mod hindrance;
mod ingredients;
mod left;
mod obstacle;
mod order;
mod owners;
mod places;
mod program_lists;
mod programs;
mod scripts;
mod ship;
mod split;
mod start_words;
mod target;
mod today;
mod whole;

use crate::advice::Remark;
use crate::catalog::Catalog;
use crate::check::{SourceFile, check};
use crate::dockerfile::{Dockerfile, Instruction};
use crate::policy::Policy;
use crate::subject::Subject;
use crate::{FileKind, FileState, Item, LineRange, Verdict};
use document::Document;
use draft::Draft;

/// The longest file for which something is proposed, in lines: five times the longest file
/// of a person that is known.
const MOST_LINES: u32 = 3_000;

/// A proposed file, what was changed in it, and what is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The whole proposed file; none where nothing can safely be changed.
    pub content: Option<String>,
    /// What was changed and why, in the order of the lines of the file as it is.
    pub changes: Vec<Change>,
    /// What is left to a person, and why.
    pub left: Vec<Remark>,
    /// Items whose verdict becomes better, with the verdict before and after.
    pub settles: Vec<Settled>,
}

/// One change of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The item that asks for it.
    pub item: Item,
    /// The lines of the file as it is that are replaced or, for an insertion, after which it
    /// goes.
    pub lines: LineRange,
    /// The lines of the proposed file that stand there now; none where something was removed.
    pub new_lines: Option<LineRange>,
    /// Why, one sentence, with code in backticks.
    pub why: String,
}

/// An item that a proposal makes better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The item.
    pub item: Item,
    /// Its verdict on the file as it is.
    pub before: Verdict,
    /// Its verdict on the proposed file.
    pub after: Verdict,
}

/// An edit of one physical line, named by its identity.
#[derive(Debug, Clone)]
enum Op {
    /// Another text.
    Replace(usize, String),
    /// Lines behind it.
    InsertAfter(usize, Vec<String>),
    /// Nothing in its place.
    Remove(usize),
}

impl Op {
    fn line(&self) -> usize {
        match self {
            Self::Replace(line, _) | Self::InsertAfter(line, _) | Self::Remove(line) => *line,
        }
    }
}

/// A change to make, with its reason.
#[derive(Debug, Clone)]
struct Step {
    item: Item,
    why: String,
    ops: Vec<Op>,
}

/// What a pass offers and what it leaves.
#[derive(Debug, Default)]
struct Offer {
    /// Groups of steps, each to be taken whole.
    groups: Vec<Vec<Step>>,
    /// Why something is left, with lines of the file as it is now.
    left: Vec<Remark>,
}

/// What a pass looks at.
struct View<'a> {
    subject: &'a Subject<'a>,
    file: &'a Dockerfile,
    document: &'a Document,
}

impl View<'_> {
    /// The lines of an instruction: identity and text.
    fn lines(&self, instruction: &Instruction) -> Vec<(usize, &str)> {
        let LineRange { first, last } = instruction.lines;
        (first..=last).filter_map(|it| self.document.line(it)).collect()
    }
}

/// The safe part of the migration of one file.
#[must_use]
pub fn propose(file: &SourceFile<'_>, catalog: &Catalog, policy: &Policy) -> Proposal {
    let before = check(file, catalog, policy);
    let nothing =
        Proposal { content: None, changes: Vec::new(), left: Vec::new(), settles: Vec::new() };
    let Some(text) = text_of(file).filter(|_| before.state == FileState::Readable) else {
        return nothing;
    };
    let mut draft = Draft::new(text, catalog, policy, before);
    draft.complete();
    let left = left::remarks(&draft, file);
    let changes = draft.document.changes();
    Proposal {
        content: (!changes.is_empty()).then(|| draft.document.text()),
        settles: draft.settles(),
        changes,
        left,
    }
}

/// The text of a file that can be edited line by line.
fn text_of<'a>(file: &SourceFile<'a>) -> Option<&'a str> {
    let text = std::str::from_utf8(file.bytes).ok()?;
    let lines = u32::try_from(text.split_inclusive('\n').count()).unwrap_or(u32::MAX);
    (file.kind == FileKind::Dockerfile && lines <= MOST_LINES).then_some(text)
}

#[cfg(test)]
mod tests {
    mod sentences;
}
