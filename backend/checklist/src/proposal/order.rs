//! Which stage leads to which: what a proposal must not change.

use crate::stages::{Base, Source, StageGraph};

/// Where a stage or a copy leads.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lead {
    Stage(usize),
    Image,
    /// Images that files are copied from stay what they are.
    CopiedImage(String),
    Nothing,
}

/// The leads of all stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StageOrder {
    names: Vec<Option<String>>,
    bases: Vec<Lead>,
    copies: Vec<Vec<Lead>>,
    target: Option<usize>,
    errors: usize,
}

impl StageOrder {
    /// The leads of a file.
    pub(super) fn of(graph: &StageGraph<'_>) -> Self {
        let stages = &graph.stages;
        let copy = |it: &Source| match it {
            Source::Stage(index) => Lead::Stage(*index),
            Source::Image(image) => Lead::CopiedImage(image.clone()),
            Source::Unknown(_) => Lead::Nothing,
        };
        let steps = stages.iter().flat_map(|it| &it.steps);
        Self {
            names: stages.iter().map(|it| it.name.clone()).collect(),
            bases: stages.iter().map(|it| base(&it.base)).collect(),
            copies: stages
                .iter()
                .map(|it| it.copies_from.iter().map(|it| copy(&it.source)).collect())
                .collect(),
            target: graph.target,
            errors: steps.filter(|it| it.instruction.error.is_some()).count(),
        }
    }

    /// Whether everything leads where it led before. The one difference may be a stage more,
    /// directly before the target, from which the target takes files.
    pub(super) fn follows(&self, before: &Self) -> bool {
        if self.errors > before.errors || !self.is_ordered() {
            return false;
        }
        if self.names.len() == before.names.len() {
            return Self { errors: before.errors, ..self.clone() } == *before;
        }
        self.is_split_of(before)
    }

    /// Whether every stage is used behind its place only.
    fn is_ordered(&self) -> bool {
        let earlier = |leads: &[Lead], index: usize| {
            leads.iter().all(|it| !matches!(it, Lead::Stage(other) if *other >= index))
        };
        let copies = self.copies.iter().enumerate();
        let named: Vec<&String> = self.names.iter().flatten().collect();
        let mut distinct = named.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let is_split = distinct.len() == named.len();
        copies.into_iter().all(|(index, it)| earlier(it, index))
            && self
                .bases
                .iter()
                .enumerate()
                .all(|(index, it)| earlier(std::slice::from_ref(it), index))
            && is_split
    }

    /// Whether the target became two stages: one that builds as it did, one that takes from it.
    fn is_split_of(&self, before: &Self) -> bool {
        let last = before.names.len().saturating_sub(1);
        let ships = (self.target, before.target) == (Some(last + 1), Some(last));
        let is_one_more = self.names.len() == before.names.len() + 1;
        let same_before = self.names.get(..last) == before.names.get(..last)
            && self.bases.get(..=last) == before.bases.get(..=last)
            && self.copies.get(..last) == before.copies.get(..last);
        let takes = self.copies.get(last + 1).is_some_and(|it| it.contains(&Lead::Stage(last)));
        let mut copied: Vec<&Lead> = self.copies.iter().skip(last).flatten().collect();
        copied.retain(|it| **it != Lead::Stage(last));
        let all =
            before.copies.get(last).is_some_and(|it| it.iter().all(|it| copied.contains(&it)));
        let same_name = self.names.get(last + 1) == before.names.get(last);
        ships && is_one_more && same_before && takes && all && same_name
    }
}

fn base(base: &Base) -> Lead {
    match base {
        Base::Stage(index) => Lead::Stage(*index),
        Base::Image(_) | Base::Unknown { .. } => Lead::Image,
        Base::Scratch => Lead::Nothing,
    }
}
