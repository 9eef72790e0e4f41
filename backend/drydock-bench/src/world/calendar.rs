//! The days of the history: a crawl each, the last one some minutes ago.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use github_fake::Dice;

/// How long the last crawl is past.
const AGO: TimeDelta = TimeDelta::minutes(12);

/// The days from 0 to the last one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    now: DateTime<Utc>,
    days: i64,
}

impl Calendar {
    pub(crate) fn until(now: DateTime<Utc>, years: u16) -> Self {
        Self { now, days: i64::from(years.max(1)) * 365 }
    }

    /// How many days there are.
    pub(crate) const fn days(self) -> i64 {
        self.days
    }

    /// The last day.
    pub(crate) const fn last(self) -> i64 {
        self.days - 1
    }

    /// The day on which the rules changed: before it the older ones held.
    pub(crate) const fn rules_changed(self) -> i64 {
        self.days / 2
    }

    /// When the crawl of a day ended.
    pub(crate) fn crawled_at(self, day: i64) -> DateTime<Utc> {
        self.now - AGO - TimeDelta::days(self.last() - day)
    }

    /// A day's date.
    pub(crate) fn date(self, day: i64) -> NaiveDate {
        self.crawled_at(day).date_naive()
    }

    /// The moment of a commit that the crawl of a day found.
    pub(crate) fn committed_at(self, day: i64, dice: &mut Dice) -> DateTime<Utc> {
        let minutes = i64::try_from(10 + dice.below(1_400)).unwrap_or_default();
        self.crawled_at(day) - TimeDelta::minutes(minutes)
    }

    /// A day from `first` to the last one.
    pub(crate) fn from(self, first: i64, dice: &mut Dice) -> i64 {
        let left = u64::try_from(self.days - first).unwrap_or_default();
        first + i64::try_from(dice.below(left)).unwrap_or_default()
    }
}
