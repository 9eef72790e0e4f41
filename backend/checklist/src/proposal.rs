//! The suggested Dockerfile: the safe part of a migration as a whole proposed file.
//!
//! Passes look at the file one after the other and offer groups of steps, each group whole or
//! not at all. A group is taken only if the file that it gives still parses, if no stage or
//! copy leads elsewhere and if no item is worse than in the file as it is. The passes are
//! repeated until none has anything to offer: proposing on a proposal changes nothing.
//! Whatever a pass cannot prove to be safe it leaves and says why.

mod bases;
mod certificates;
mod document;
mod exec_form;
mod from_line;
mod hindrance;
mod left;
mod obstacle;
mod order;
mod owners;
mod places;
mod programs;
mod ship;
mod start_words;
mod target;
mod today;

use crate::advice::Remark;
use crate::catalog::Catalog;
use crate::check::{SourceFile, check};
use crate::dockerfile::{self, Dockerfile, Instruction};
use crate::policy::Policy;
use crate::subject::{Subject, graph_of};
use crate::{FileKind, FileState, Item, LineRange, Report, Verdict};
use document::Document;
use order::StageOrder;

/// How often the passes are repeated; the second time they have nothing left to offer unless
/// a step of the first made another one possible.
const MOST_ROUNDS: usize = 6;

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
    #[expect(dead_code, reason = "the split comes next")]
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

type Pass = fn(&View<'_>) -> Offer;

/// The passes in their order: each sees what those before it changed.
const PASSES: [Pass; 4] = [exec_form::offer, bases::offer, certificates::offer, owners::offer];

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

/// A proposal in the making.
struct Draft<'a> {
    catalog: &'a Catalog,
    policy: &'a Policy,
    document: Document,
    order: StageOrder,
    /// The report on the file as it is.
    before: Report,
    /// The report on the document.
    after: Report,
    /// What the passes leave, with lines of the file as it is.
    left: Vec<Remark>,
}

impl<'a> Draft<'a> {
    fn new(text: &str, catalog: &'a Catalog, policy: &'a Policy, before: Report) -> Self {
        let file = dockerfile::read(text.as_bytes());
        let order = StageOrder::of(&graph_of(&file, policy));
        let (document, after) = (Document::of(text), before.clone());
        Self { catalog, policy, document, order, before, after, left: Vec::new() }
    }

    /// Repeats the passes until none of them changes anything.
    fn complete(&mut self) {
        for _ in 0..MOST_ROUNDS {
            self.left.clear();
            let taken = PASSES.iter().filter(|it| self.pass(**it)).count();
            if taken == 0 {
                return;
            }
        }
    }

    /// Runs one pass; true if something was taken.
    fn pass(&mut self, pass: Pass) -> bool {
        let text = self.document.text();
        let file = dockerfile::read(text.as_bytes());
        let graph = graph_of(&file, self.policy);
        let subject = Subject::new(&graph, self.catalog, self.policy);
        let offer = pass(&View { subject: &subject, file: &file, document: &self.document });
        let old = |it: Remark| {
            let lines = it.lines.and_then(|it| self.document.old_lines(it));
            Remark { lines, ..it }
        };
        let left: Vec<Remark> = offer.left.into_iter().map(old).collect();
        self.left.extend(left);
        offer.groups.into_iter().filter(|it| self.take(it)).count() > 0
    }

    /// Makes the steps of a group if the file stays right.
    fn take(&mut self, group: &[Step]) -> bool {
        let mut changed = self.document.clone();
        let mut made = group.iter().map(|it| changed.make(it.clone()));
        if group.is_empty() || !made.all(|it| it) {
            return false;
        }
        let text = changed.text();
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        let after = check(&file, self.catalog, self.policy);
        if after.state != FileState::Readable || is_worse(&self.before, &after) {
            return false;
        }
        let file = dockerfile::read(text.as_bytes());
        let order = StageOrder::of(&graph_of(&file, self.policy));
        if !order.follows(&self.order) {
            return false;
        }
        (self.document, self.after, self.order) = (changed, after, order);
        true
    }

    fn settles(&self) -> Vec<Settled> {
        let pair = |item| {
            let (before, after) =
                (self.before.outcome(item).verdict, self.after.outcome(item).verdict);
            Settled { item, before, after }
        };
        let better = |it: &Settled| standing(it.after) < standing(it.before);
        Item::ALL.into_iter().map(pair).filter(better).collect()
    }
}

/// How good a verdict is, the best first. What does not apply is as good as what is met; what
/// a person must look at is better than what nobody can read, and that is better than what
/// surely remains.
const fn standing(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Met | Verdict::NotApplicable => 0,
        Verdict::Verify => 1,
        Verdict::Unknown => 2,
        Verdict::Remaining => 3,
    }
}

fn is_worse(before: &Report, after: &Report) -> bool {
    let pairs = before.outcomes.iter().zip(&after.outcomes);
    pairs.into_iter().any(|(old, new)| standing(new.verdict) > standing(old.verdict))
}

#[cfg(test)]
mod tests;
