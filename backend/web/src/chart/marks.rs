//! What a chart marks because it is no progress: changed rules, and days nobody saw.

use chrono::{NaiveDate, TimeDelta};
use store::read::history::HistoryDay;

use super::scale::{Scale, TOP};
use super::{Label, Plan, across, label};
use crate::format;

/// More are counted, not named.
const NAMED: usize = 3;

/// An interval without a crawl that ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outage {
    pub(crate) x: String,
    pub(crate) width: String,
    /// "3 Nov 2026 to 9 Nov 2026".
    pub(crate) text: String,
}

/// Not where counting begins in another way: the rules did not change on that day.
pub(super) fn rule_changes(scale: &Scale, days: &[HistoryDay]) -> Vec<Label> {
    let steps = days.iter().zip(days.iter().skip(1));
    let alike = steps.filter(|(from, to)| from.is_reconstructed == to.is_reconstructed);
    let changed = alike.filter(|(from, to)| from.edition != to.edition);
    changed
        .map(|(from, to)| {
            let what = if from.edition.0 == to.edition.0 { "catalogue" } else { "rules" };
            let text = format!("{}: the {what} changed", format::date(to.day));
            label(scale.x(to.day), TOP, text)
        })
        .collect()
}

/// Where no crawl ended for longer than twice the schedule, up to today. The schedule of the
/// past is not kept: where crawls ended less often than the present one wants, as a rule, that
/// was the schedule.
pub(super) fn outages(scale: &Scale, plan: &Plan<'_>) -> Vec<Outage> {
    let seen = || plan.days.iter().filter(|it| !it.is_reconstructed).map(|it| it.day);
    let mut pauses: Vec<TimeDelta> =
        seen().zip(seen().skip(1)).map(|(from, to)| to - from).collect();
    pauses.sort();
    let usual = pauses.get(pauses.len() / 2).copied().unwrap_or_default();
    let pause = TimeDelta::days(plan.pause.num_days().max(1)).max(usual);
    let steps = seen().zip(seen().skip(1).chain([plan.today]));
    steps
        .filter(|(from, to)| *to - *from > pause * 2)
        .map(|(from, to)| outage(scale, from, to))
        .collect()
}

fn outage(scale: &Scale, from: NaiveDate, to: NaiveDate) -> Outage {
    let x = scale.x(from);
    Outage {
        x: across(x),
        width: across(scale.x(to.min(scale.to)) - x),
        text: format!("{} to {}", format::date(from), format::date(to)),
    }
}

/// "Hatched: no crawl ended from 3 Nov 2026 to 9 Nov 2026."
pub(super) fn outage_words(outages: &[Outage]) -> Option<String> {
    let named: Vec<&str> = outages.iter().take(NAMED).map(|it| it.text.as_str()).collect();
    let more = match outages.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} times more"),
    };
    (!named.is_empty())
        .then(|| format!("Hatched: no crawl ended from {}{more}.", named.join(", from ")))
}
