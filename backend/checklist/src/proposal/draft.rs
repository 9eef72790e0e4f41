//! A proposal in the making: passes offer groups of steps, and a group is taken if the file
//! stays right with it.

use super::document::Document;
use super::order::StageOrder;
use super::{
    Offer, Settled, Step, View, bases, certificates, exec_form, foreign_owners, owners, split,
};
use crate::advice::Remark;
use crate::catalog::Catalog;
use crate::check::{SourceFile, check};
use crate::dockerfile;
use crate::policy::Policy;
use crate::subject::{Subject, graph_of};
use crate::{FileKind, FileState, Item, Report, Verdict};

/// How often the passes are repeated; the second time they have nothing left to offer unless
/// a step of the first made another one possible.
const MOST_ROUNDS: usize = 6;

type Pass = fn(&View<'_>) -> Offer;

/// The passes in their order: each sees what those before it changed.
const PASSES: [Pass; 5] =
    [exec_form::offer, bases::offer, certificates::offer, owners::offer, foreign_owners::offer];

/// A proposal in the making.
pub(super) struct Draft<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) policy: &'a Policy,
    /// The file as far as it is changed.
    pub(super) document: Document,
    order: StageOrder,
    /// The report on the file as it is.
    before: Report,
    /// The report on the document.
    pub(super) after: Report,
    /// What the passes leave, with lines of the file as it is.
    pub(super) left: Vec<Remark>,
}

impl<'a> Draft<'a> {
    /// Nothing is changed yet.
    pub(super) fn new(
        text: &str,
        catalog: &'a Catalog,
        policy: &'a Policy,
        before: Report,
    ) -> Self {
        let file = dockerfile::read(text.as_bytes());
        let order = StageOrder::of(&graph_of(&file, policy));
        let (document, after) = (Document::of(text), before.clone());
        Self { catalog, policy, document, order, before, after, left: Vec::new() }
    }

    /// Repeats the passes until none of them changes anything.
    pub(super) fn complete(&mut self) {
        for _ in 0..MOST_ROUNDS {
            self.left.clear();
            let is_split = self.split();
            let taken = PASSES.iter().filter(|it| self.pass(**it)).count();
            if taken == 0 && !is_split {
                return;
            }
        }
    }

    /// Splits what builds from what ships, if both can stand on hardened images then; true if
    /// it did.
    fn split(&mut self) -> bool {
        let steps = match self.look(split::split) {
            Ok(steps) => steps,
            Err(remark) => {
                self.leave(remark);
                return false;
            }
        };
        let unsplit = (self.document.clone(), self.after.clone(), self.order.clone());
        if !self.take(&steps) {
            return false;
        }
        self.pass(exec_form::offer);
        self.pass(bases::offer);
        let is_settled = self.after.outcome(Item::MultiStageBuild).verdict == Verdict::Met;
        if !is_settled {
            (self.document, self.after, self.order) = unsplit;
        }
        is_settled
    }

    /// Notes what a pass leaves, with lines of the file as it is.
    fn leave(&mut self, remarks: impl IntoIterator<Item = Remark>) {
        let old = |it: Remark| {
            let lines = it.lines.and_then(|it| self.document.old_lines(it));
            Remark { lines, ..it }
        };
        let left: Vec<Remark> = remarks.into_iter().map(old).collect();
        self.left.extend(left);
    }

    /// Looks at the file as far as it is changed.
    fn look<T>(&self, look: impl FnOnce(&View<'_>) -> T) -> T {
        let text = self.document.text();
        let file = dockerfile::read(text.as_bytes());
        let graph = graph_of(&file, self.policy);
        let subject = Subject::new(&graph, self.catalog, self.policy);
        look(&View { subject: &subject, file: &file, document: &self.document })
    }

    /// Runs one pass; true if something was taken.
    fn pass(&mut self, pass: Pass) -> bool {
        let offer = self.look(pass);
        self.leave(offer.left);
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

    /// The items that became better.
    pub(super) fn settles(&self) -> Vec<Settled> {
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
