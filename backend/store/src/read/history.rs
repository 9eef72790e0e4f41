//! What was done, to verify and open on each day: of an organization as its crawls counted
//! it, and of any of its repositories and items, summed from the repositories' own days.

mod gains;
mod load;

use std::collections::HashMap;
use std::ops::{AddAssign, Range, SubAssign};
use std::sync::OnceLock;

use checklist::Item;
use chrono::NaiveDate;
use names::RepositoryId;

use self::gains::GainsSince;

pub use self::gains::Gains;

/// The counts at the end of a day on which a crawl ended, or of a day reckoned from commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryDay {
    /// The day, UTC.
    pub day: NaiveDate,
    /// Met, or verified by a person.
    pub done: i64,
    /// A person must look.
    pub to_verify: i64,
    /// Remaining, or could not be read.
    pub open: i64,
    /// With which rules and which catalogue: progress is compared within one edition.
    pub edition: (i32, String),
    /// Reckoned from the commits before the first crawl.
    pub is_reconstructed: bool,
}

impl HistoryDay {
    /// Open or to verify.
    #[must_use]
    pub const fn left(&self) -> i64 {
        self.to_verify + self.open
    }

    /// Everything that counts.
    #[must_use]
    pub const fn scope(&self) -> i64 {
        self.done + self.left()
    }

    /// Whether the difference to another day is progress.
    #[must_use]
    pub fn compares_with(&self, other: &Self) -> bool {
        self.edition == other.edition && self.is_reconstructed == other.is_reconstructed
    }
}

/// The history of one organization at one revision, in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The revision; see [`super::OrganizationHeader::revision`].
    pub revision: i64,
    /// The organization's own days, oldest first, as its crawls counted them; of one that was
    /// reduced to some repositories, the sums of theirs.
    pub days: Vec<HistoryDay>,
    /// The days on which a repository's counts changed, oldest first.
    repositories: HashMap<RepositoryId, Vec<RepositoryDay>>,
    gains: OnceLock<(NaiveDate, GainsSince)>,
}

/// A repository's counts from this day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RepositoryDay {
    day: NaiveDate,
    /// The first of the organization's days on which these counts hold: a place in
    /// [`History::days`], among the reckoned ones or the others as this one is.
    place: usize,
    is_reconstructed: bool,
    all: Counts,
    /// In the checklist's order; none for days on which items were not counted.
    items: Option<[Counts; Item::ALL.len()]>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    done: i32,
    to_verify: i32,
    open: i32,
}

impl Counts {
    fn on(self, day: &HistoryDay) -> HistoryDay {
        HistoryDay {
            day: day.day,
            done: self.done.into(),
            to_verify: self.to_verify.into(),
            open: self.open.into(),
            edition: day.edition.clone(),
            is_reconstructed: day.is_reconstructed,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.done += other.done;
        self.to_verify += other.to_verify;
        self.open += other.open;
    }
}

impl SubAssign for Counts {
    fn sub_assign(&mut self, other: Self) {
        self.done -= other.done;
        self.to_verify -= other.to_verify;
        self.open -= other.open;
    }
}

impl History {
    /// The whole organization, as its crawls counted it.
    #[must_use]
    pub fn whole(&self) -> Vec<HistoryDay> {
        self.days.clone()
    }

    /// The history of these repositories alone, by GitHub's ids, in order: on the same days.
    #[must_use]
    pub fn only(&self, ids: &[i64]) -> Self {
        let is_seen = |it: &RepositoryId| ids.binary_search(&it.0).is_ok();
        let seen = self.repositories.iter().filter(|(id, _)| is_seen(id));
        Self {
            revision: self.revision,
            days: self.of(ids.iter().copied().map(RepositoryId), &[]),
            repositories: seen.map(|(id, days)| (*id, days.clone())).collect(),
            gains: OnceLock::new(),
        }
    }

    /// Some repositories and some items; no items means all eight. Single items begin with
    /// the first day on which they are known of every one of the repositories.
    pub fn of(
        &self,
        repositories: impl Iterator<Item = RepositoryId>,
        items: &[Item],
    ) -> Vec<HistoryDay> {
        self.over(&repositories.collect::<Vec<_>>(), items)
    }

    fn over(&self, repositories: &[RepositoryId], items: &[Item]) -> Vec<HistoryDay> {
        let mut changes = Changes::on(&self.days);
        for steps in repositories.iter().filter_map(|it| self.repositories.get(it)) {
            changes.add(steps, items);
        }
        let mut sum = Counts::default();
        let summed = self.days.iter().zip(&changes.each).map(|(day, change)| {
            sum += *change;
            sum.on(day)
        });
        summed.skip(changes.known_from).collect()
    }
}

/// By how much the counts change on each of the organization's days.
struct Changes<'a> {
    days: &'a [HistoryDay],
    each: Vec<Counts>,
    /// How many of the days were reckoned; they come first.
    reckoned: usize,
    /// How many of the days, from the first, have repositories without items.
    known_from: usize,
}

impl<'a> Changes<'a> {
    fn on(days: &'a [HistoryDay]) -> Self {
        Self {
            days,
            each: vec![Counts::default(); days.len()],
            reckoned: days.partition_point(|it| it.is_reconstructed),
            known_from: 0,
        }
    }

    /// Adds a repository. As with the organization's own days, what was reckoned counts on
    /// reckoned days only, and of those repositories that the first crawl saw.
    fn add(&mut self, steps: &[RepositoryDay], items: &[Item]) {
        let (past, seen) = steps.split_at(steps.partition_point(|it| it.is_reconstructed));
        let first = self.days.get(self.reckoned).map(|it| it.day);
        if seen.first().is_some_and(|it| Some(it.day) <= first) {
            self.add_within(0..self.reckoned, past, items);
        }
        self.add_within(self.reckoned..self.days.len(), seen, items);
    }

    fn add_within(&mut self, days: Range<usize>, steps: &[RepositoryDay], items: &[Item]) {
        let mut before = Counts::default();
        let mut unknown_since = None;
        for step in steps {
            let place = step.place;
            self.note_unknown(unknown_since, place);
            let counts = step.counts(items);
            unknown_since = if counts.is_none() { Some(place) } else { None };
            let counts = counts.unwrap_or_default();
            self.change(place, days.end, counts, before);
            before = counts;
        }
        self.note_unknown(unknown_since, days.end);
        // Where its days end another way of counting begins.
        self.change(days.end, self.days.len(), Counts::default(), before);
    }

    fn note_unknown(&mut self, since: Option<usize>, until: usize) {
        if since.is_some_and(|it| it < until) {
            self.known_from = self.known_from.max(until);
        }
    }

    /// From one count to another, if that is before the end.
    fn change(&mut self, place: usize, end: usize, to: Counts, from: Counts) {
        if let Some(change) = self.each.get_mut(place).filter(|_| place < end) {
            *change += to;
            *change -= from;
        }
    }
}

impl RepositoryDay {
    /// The counts of some items; no items means all.
    fn counts(&self, items: &[Item]) -> Option<Counts> {
        if items.is_empty() || self.all == Counts::default() {
            return Some(self.all);
        }
        let of_items = self.items.as_ref()?;
        let mut sum = Counts::default();
        let chosen = Item::ALL.iter().zip(of_items).filter(|(item, _)| items.contains(item));
        for (_, counts) in chosen {
            sum += *counts;
        }
        Some(sum)
    }
}
