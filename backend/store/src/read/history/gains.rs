//! What was gained lately, to find what stands still.

use checklist::Item;
use chrono::NaiveDate;
use names::RepositoryId;

use super::{Counts, History, RepositoryDay};
use crate::read::history::HistoryDay;

impl History {
    /// How many verdicts of each item became met or verified since the end of a day, in the
    /// checklist's order. None where that is not known: there was no crawl by then, or items
    /// were not counted. Gains by new rules or a new catalogue are none.
    pub fn gains(
        &self,
        repositories: impl Iterator<Item = RepositoryId>,
        since: NaiveDate,
    ) -> Option<[i64; Item::ALL.len()]> {
        let first = self.days.iter().find(|it| !it.is_reconstructed)?;
        if first.day > since {
            return None;
        }
        let changed = self.edition_changes(since);
        let mut gains = [0; Item::ALL.len()];
        for steps in repositories.filter_map(|it| self.repositories.get(&it)) {
            add(&mut gains, steps, since, &changed)?;
        }
        Some(gains)
    }

    /// The intervals, first day left out, in which rules or catalogue changed.
    fn edition_changes(&self, since: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
        let steps = self.days.iter().zip(self.days.iter().skip(1));
        let late = steps.filter(|(_, to)| to.day > since);
        let changed = late
            .filter(|(from, to)| !HistoryDay::from(*from).compares_with(&HistoryDay::from(*to)));
        changed.map(|(from, to)| (from.day, to.day)).collect()
    }
}

/// Adds what a repository gained; none where its items were not counted.
fn add(
    gains: &mut [i64; Item::ALL.len()],
    steps: &[RepositoryDay],
    since: NaiveDate,
    changed: &[(NaiveDate, NaiveDate)],
) -> Option<()> {
    let late = steps.partition_point(|it| it.is_reconstructed || it.day <= since);
    let (early, late) = steps.split_at(late);
    if late.is_empty() {
        return Some(());
    }
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
    Some(())
}

impl RepositoryDay {
    /// The counts of each item, where they are known.
    fn each(&self) -> Option<[Counts; Item::ALL.len()]> {
        if self.all == Counts::default() { Some(Default::default()) } else { self.items }
    }
}
