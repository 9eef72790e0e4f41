//! Turns days and counts into places of the picture.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use store::read::history::HistoryDay;

use super::{Label, Month, Plan, label};
use crate::forecast::Forecast;
use crate::format;

/// The picture has as many units in its width, and is stretched to any; texts are not.
pub(super) const RIGHT: f64 = 1000.0;
pub(super) const HEIGHT: f64 = 250.0;
/// Where counts are drawn; the template knows these as 10 % and 90 %.
pub(super) const TOP: f64 = 25.0;
pub(super) const BOTTOM: f64 = 225.0;
/// How wide the name of a month is, and one with its year, on a wide screen.
const MONTH: f64 = 37.0;
const MONTH_AND_YEAR: f64 = 80.0;
/// How wide the widest is on a phone, and how many there have room.
const ON_A_PHONE: f64 = 190.0;
const MONTHS_ON_A_PHONE: usize = 4;
/// A text may reach a little over the right edge.
const OVER: f64 = 15.0;

/// The first and last day of the picture, and its highest count.
pub(super) struct Scale {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    most: f64,
}

impl Scale {
    pub(super) fn of(plan: &Plan<'_>, target: Option<NaiveDate>) -> Self {
        let from = plan.days.first().map(|it| it.day).unwrap_or_default();
        let last = plan.days.last().map_or(from, |it| it.day);
        let farthest = last + (last - from).max(TimeDelta::days(120));
        let end = match plan.forecast {
            Forecast::Finish { latest: Some(latest), .. } => Some((*latest).min(farthest)),
            Forecast::Finish { on, latest: None, .. } => Some((*on).min(farthest)),
            Forecast::NoEnd { earliest, .. } => earliest.map(|it| it.min(farthest)),
            Forecast::Done | Forecast::NotEnoughHistory => None,
        };
        let margin = last + TimeDelta::days((last - from).num_days() / 12);
        let to = [Some(margin), end, target].into_iter().flatten().max().unwrap_or(last);
        let most = plan.days.iter().map(HistoryDay::scope).max().unwrap_or_default().max(1);
        Self { from, to, most: most as f64 }
    }

    pub(super) fn x(&self, day: NaiveDate) -> f64 {
        let whole = (self.to - self.from).num_days().max(1) as f64;
        RIGHT * (day - self.from).num_days() as f64 / whole
    }

    pub(super) fn y(&self, count: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * count / self.most
    }

    pub(super) fn at(&self, day: NaiveDate, count: f64) -> String {
        format!("{:.1},{:.1}", self.x(day), self.y(count))
    }

    /// A line from one place to another, cut where the picture ends.
    pub(super) fn line(&self, from: (NaiveDate, f64), to: (NaiveDate, f64)) -> Option<String> {
        (to.0 > from.0)
            .then(|| format!("{} {}", self.at(from.0, from.1), self.end_of_line(from, to)))
    }

    /// Where such a line ends.
    pub(super) fn end_of_line(
        &self,
        (from, low): (NaiveDate, f64),
        (to, high): (NaiveDate, f64),
    ) -> String {
        let end = to.min(self.to);
        let whole = (to - from).num_days().max(1) as f64;
        let part = (end - from).num_days() as f64 / whole;
        self.at(end, low + (high - low) * part)
    }

    /// Lines at round counts, about four of them.
    pub(super) fn grid(&self) -> Vec<Label> {
        let rough = (self.most / 4.0).max(1.0);
        let power = 10f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|it| it * power);
        let step = steps.into_iter().find(|it| *it >= rough).unwrap_or(rough);
        let lines = (0..=8).map(|it| f64::from(it) * step).take_while(|it| *it <= self.most);
        lines.map(|it| label(0.0, self.y(it), format::number(it as i64))).collect()
    }

    /// The first of every month, or of every few, where its name has room; January carries
    /// its year.
    pub(super) fn months(&self) -> Vec<Month> {
        let mut firsts = Vec::new();
        let mut month = self.from.with_day(1);
        while let Some(first) = month.filter(|it| *it <= self.to) {
            firsts.push(first);
            month = first.checked_add_months(Months::new(1));
        }
        let every = firsts.len().div_ceil(12).max(1);
        let shown: Vec<_> =
            firsts.into_iter().filter(|it| *it >= self.from).step_by(every).collect();
        let on_a_phone = shown.len().div_ceil(MONTHS_ON_A_PHONE).max(1);
        let named = shown.into_iter().enumerate().map(|(place, first)| {
            let is_january = first.month() == 1;
            let x = self.x(first);
            let width = if is_january { MONTH_AND_YEAR } else { MONTH };
            let text = first.format(if is_january { "%b %Y" } else { "%b" }).to_string();
            let is_kept = place % on_a_phone == 0 && x + ON_A_PHONE <= RIGHT + 6.0 * OVER;
            let has_room = x + width <= RIGHT + OVER;
            has_room.then(|| Month { at: label(x, BOTTOM + 15.0, text), is_kept })
        });
        named.flatten().collect()
    }
}
