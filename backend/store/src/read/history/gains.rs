//! What was gained lately, to find what stands still.

use std::borrow::Cow;
use std::collections::HashMap;

use checklist::Item;
use chrono::NaiveDate;
use names::RepositoryId;

use super::{Counts, History, RepositoryDay};
use crate::read::snapshot::SnapshotRepository;

/// How many verdicts of each item became met or verified, in the checklist's order.
pub type Gains = [i64; Item::ALL.len()];

/// What repositories gained since the end of a day: those of which anything changed. None
/// where items were not counted.
pub(super) type GainsSince = HashMap<RepositoryId, Option<Gains>>;

impl History {
    /// Those of some repositories that gained anything since the end of a day, and what. None
    /// where that is not known: there was no crawl by then, or items were not counted. Gains by
    /// new rules or a new catalogue are none.
    pub fn gained<'a>(
        &self,
        repositories: &[&'a SnapshotRepository],
        since: NaiveDate,
    ) -> Option<Vec<(&'a SnapshotRepository, Gains)>> {
        let all = self.gains_since(since)?;
        let changed = repositories.iter().filter_map(|it| Some((*it, *all.get(&it.id)?)));
        let known = changed.map(|(it, gains)| Some((it, gains?)));
        known.filter(|it| it.is_none_or(|(_, gains)| gains != Gains::default())).collect()
    }

    /// Kept for the day that is asked for first: pages ask for the same one all day.
    fn gains_since(&self, since: NaiveDate) -> Option<Cow<'_, GainsSince>> {
        let first = self.days.iter().find(|it| !it.is_reconstructed)?;
        if first.day > since {
            return None;
        }
        let (day, kept) = self.gains.get_or_init(|| (since, self.find_gains(since)));
        Some(if *day == since { Cow::Borrowed(kept) } else { Cow::Owned(self.find_gains(since)) })
    }

    fn find_gains(&self, since: NaiveDate) -> GainsSince {
        let changed = self.edition_changes(since);
        let late = self.repositories.iter().filter_map(|(id, steps)| {
            let place = steps.partition_point(|it| it.is_reconstructed || it.day <= since);
            let (early, late) = steps.split_at(place);
            (!late.is_empty()).then(|| (*id, gains_of(early, late, &changed)))
        });
        late.collect()
    }

    /// The intervals, first day left out, in which rules or catalogue changed.
    fn edition_changes(&self, since: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
        let steps = self.days.iter().zip(self.days.iter().skip(1));
        let late = steps.filter(|(_, to)| to.day > since);
        let changed = late.filter(|(from, to)| !from.compares_with(to));
        changed.map(|(from, to)| (from.day, to.day)).collect()
    }
}

/// What a repository gained on its late days; none where its items were not counted.
fn gains_of(
    early: &[RepositoryDay],
    late: &[RepositoryDay],
    changed: &[(NaiveDate, NaiveDate)],
) -> Option<Gains> {
    let mut gains = Gains::default();
    let seen = early.last().filter(|it| !it.is_reconstructed);
    let mut before = seen.map_or(Some(Default::default()), RepositoryDay::each)?;
    for step in late {
        let now = step.each()?;
        if !changed.iter().any(|(from, to)| step.day > *from && step.day <= *to) {
            for ((gain, now), before) in gains.iter_mut().zip(&now).zip(&before) {
                *gain += i64::from(now.done - before.done).max(0);
            }
        }
        before = now;
    }
    Some(gains)
}

impl RepositoryDay {
    /// The counts of each item, where they are known.
    fn each(&self) -> Option<[Counts; Item::ALL.len()]> {
        if self.all == Counts::default() { Some(Default::default()) } else { self.items }
    }
}
