//! The order of the repositories' table.

use std::ops::Range;

use super::{Snapshot, SnapshotRepository};
use crate::read::repositories::Shares;
use crate::read::repository_filter::{Column, Order};
use crate::read::standing::Tally;

/// What a row is ordered by: every column is a number, or nothing.
struct Key {
    number: Option<f64>,
    place: usize,
}

/// Tells the number of the repository at a place.
type Number<'a> = Box<dyn Fn(usize, &SnapshotRepository) -> Option<f64> + 'a>;

impl Snapshot {
    /// The rows of a part of the table: of the repositories at `places`, in an order.
    /// Whatever has no number comes last both ways, and the name decides between equals.
    /// `before` are the shares by which "gained" is told.
    #[must_use]
    pub fn ordered(
        &self,
        places: &[usize],
        order: Order,
        before: &Shares,
        rows: Range<usize>,
    ) -> Vec<usize> {
        let number = self.numbers_of(order.column, before);
        let key = |place: &usize| {
            let number = self.repositories.get(*place).and_then(|it| number(*place, it));
            Key { number, place: *place }
        };
        let keys = places.iter().map(key).collect();
        sorted_part(keys, order.is_descending, rows)
    }

    fn numbers_of<'a>(&'a self, column: Column, before: &'a Shares) -> Number<'a> {
        match column {
            Column::Name => Box::new(|place, _| Some(place as f64)),
            Column::Team => {
                let ranks = self.team_ranks();
                Box::new(move |_, it| ranks.get(*it.teams.first()?).map(|rank| *rank as f64))
            }
            Column::Progress
            | Column::Left
            | Column::Dockerfiles
            | Column::Gained
            | Column::Committed
            | Column::Item(_) => Box::new(move |_, it| it.number_in(column, before)),
        }
    }

    /// The place of each team in the alphabet, whatever the case.
    fn team_ranks(&self) -> Vec<usize> {
        let mut by_name: Vec<(String, usize)> =
            self.teams.iter().enumerate().map(|(place, it)| (it.to_lowercase(), place)).collect();
        by_name.sort_unstable();
        let mut ranks = vec![0; by_name.len()];
        for (rank, (_, place)) in by_name.into_iter().enumerate() {
            if let Some(it) = ranks.get_mut(place) {
                *it = rank;
            }
        }
        ranks
    }
}

impl SnapshotRepository {
    /// The number by which a column orders it, where there is one; names and teams have none.
    /// `before` are the shares by which "gained" is told.
    #[must_use]
    pub fn number_in(&self, column: Column, before: &Shares) -> Option<f64> {
        let has_files = !self.dockerfiles.is_empty();
        match column {
            Column::Name | Column::Team => None,
            Column::Progress => share(self.tally()),
            Column::Left => has_files.then(|| self.items_left() as f64),
            Column::Dockerfiles => Some(self.dockerfiles.len() as f64),
            Column::Gained => Some(share(self.tally())? - before.get(&self.id)?),
            Column::Committed => self.committed_at.map(|at| at.timestamp_micros() as f64),
            Column::Item(item) => has_files.then(|| badness(self.item(item))),
        }
    }
}

/// The share done, from 0 to 1, reckoned as the days of the past are.
fn share(tally: Tally) -> Option<f64> {
    (tally.counted() > 0).then(|| tally.done() as f64 / tally.counted() as f64)
}

/// Remaining weighs more than any number of unknown ones, these more than those to verify.
fn badness(tally: Tally) -> f64 {
    tally.remaining as f64 * 1e6 + tally.unknown as f64 * 1e3 + tally.verify as f64
}

/// Sorts no more than is asked for.
fn sorted_part(mut keys: Vec<Key>, is_descending: bool, rows: Range<usize>) -> Vec<usize> {
    let compare = |one: &Key, other: &Key| {
        let by_number = match (one.number, other.number) {
            (Some(one), Some(other)) if is_descending => other.total_cmp(&one),
            (Some(one), Some(other)) => one.total_cmp(&other),
            (one, other) => one.is_none().cmp(&other.is_none()),
        };
        by_number.then_with(|| one.place.cmp(&other.place))
    };
    if rows.end < keys.len() {
        keys.select_nth_unstable_by(rows.end, compare);
        keys.truncate(rows.end);
    }
    keys.sort_unstable_by(compare);
    keys.into_iter().skip(rows.start).map(|it| it.place).collect()
}
