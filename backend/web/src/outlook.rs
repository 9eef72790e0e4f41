//! Where a history leads: its forecast, its course towards a target, its chart.

use chrono::{DateTime, NaiveDate, Utc};
use store::read::OrganizationHeader;
use store::read::history::HistoryDay;

use crate::chart::{Chart, Plan};
use crate::course::CourseWords;
use crate::forecast::Forecast;
use crate::freshness::longest_pause;

/// A history and where it leads.
pub(crate) struct Outlook {
    days: Vec<HistoryDay>,
    target: Option<NaiveDate>,
    today: NaiveDate,
    pub(crate) forecast: Forecast,
    pub(crate) words: CourseWords,
}

impl Outlook {
    pub(crate) fn new(
        days: Vec<HistoryDay>,
        target: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Self {
        let today = now.date_naive();
        let forecast = Forecast::new(&days);
        let words = CourseWords::new(&forecast, target, today);
        Self { days, target, today, forecast, words }
    }

    /// The days that it looks at, oldest first.
    pub(crate) fn days(&self) -> &[HistoryDay] {
        &self.days
    }

    /// Its chart; none before there are two days. The schedule of crawls says what is an outage.
    pub(crate) fn chart(&self, header: &OrganizationHeader, now: DateTime<Utc>) -> Option<Chart> {
        let schedule = (header.full_schedule.as_str(), header.time_zone.as_str());
        Chart::new(&Plan {
            days: &self.days,
            forecast: &self.forecast,
            target: self.target,
            pause: longest_pause(schedule, now),
            today: self.today,
        })
    }

    /// The shares done, oldest first, for a small line: at most `most` of them.
    pub(crate) fn shares(&self, most: usize) -> Vec<f64> {
        let step = self.days.len().div_ceil(most).max(1);
        let share = |it: &HistoryDay| it.done as f64 / it.scope().max(1) as f64;
        let mut shares: Vec<f64> = self.days.iter().rev().step_by(step).map(share).collect();
        shares.reverse();
        shares
    }
}
