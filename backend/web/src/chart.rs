//! The burn-up chart: geometry of stored counts, drawn by the template as SVG.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use store::read::standing::OrganizationDay;

use crate::forecast::Forecast;
use crate::format;
use crate::parts::Tally;

const LEFT: f64 = 44.0;
const RIGHT: f64 = 706.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 238.0;
/// More points cannot be told apart at this width.
const MOST_POINTS: usize = 160;
/// How wide the words about the days before the first crawl are.
const ROOM_FOR_WORDS: f64 = 170.0;
/// How wide "all items" and half of the target's words are together.
const ROOM_FOR_LABELS: f64 = 95.0;
/// A target further away would press the history into a corner.
const FARTHEST_TARGET: TimeDelta = TimeDelta::days(730);

/// What the template draws; every text is a list of coordinates.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chart {
    pub(super) summary: String,
    pub(super) met: String,
    pub(super) verify: String,
    pub(super) scope: String,
    pub(super) scope_label: Label,
    pub(super) pace: Option<String>,
    pub(super) forecast: Option<String>,
    pub(super) target: Option<Label>,
    /// The days reckoned from commits, where there are some.
    pub(super) before: Option<Before>,
    /// Days on which rules or catalogue changed.
    pub(super) breaks: Vec<Label>,
    pub(super) grid: Vec<Label>,
    pub(super) months: Vec<Label>,
    pub(super) rows: Vec<Row>,
}

/// A text at a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) text: String,
    /// The text runs leftwards, so that it stays inside.
    pub(super) ends_here: bool,
}

/// The part of the picture before the first crawl.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) width: String,
    /// Where the first crawl was.
    pub(super) end: String,
    /// What is written there: everything where there is room, else nothing.
    pub(super) text: &'static str,
    pub(super) first_crawl: String,
}

/// A day in the table of the chart's numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) day: String,
    pub(super) is_reconstructed: bool,
    pub(super) met: String,
    pub(super) verify: String,
    pub(super) unknown: String,
    pub(super) remaining: String,
    pub(super) share: String,
    pub(super) finished: String,
}

/// Turns days and counts into places.
struct Scale {
    from: NaiveDate,
    to: NaiveDate,
    most: f64,
}

impl Scale {
    fn x(&self, day: NaiveDate) -> f64 {
        let whole = (self.to - self.from).num_days().max(1) as f64;
        LEFT + (RIGHT - LEFT) * (day - self.from).num_days() as f64 / whole
    }

    fn y(&self, count: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * count / self.most
    }

    fn at(&self, day: NaiveDate, count: f64) -> String {
        format!("{:.1},{:.1}", self.x(day), self.y(count))
    }

    /// A line from one place to another, cut where the picture ends.
    fn line(&self, (from, low): (NaiveDate, f64), (to, high): (NaiveDate, f64)) -> Option<String> {
        let whole = (to - from).num_days();
        if whole <= 0 {
            return None;
        }
        let end = to.min(self.to);
        let part = (end - from).num_days() as f64 / whole as f64;
        Some(format!("{} {}", self.at(from, low), self.at(end, low + (high - low) * part)))
    }
}

impl Chart {
    /// Draws the history; a single day is no history yet.
    pub(super) fn new(
        days: &[OrganizationDay],
        forecast: &Forecast,
        target: Option<NaiveDate>,
    ) -> Option<Self> {
        let (first, last) = (days.first()?, days.last()?);
        let seen = days.iter().find(|it| !it.is_reconstructed).unwrap_or(last);
        if first.day == last.day {
            return None;
        }
        let target = target.filter(|it| *it > first.day && *it <= last.day + FARTHEST_TARGET);
        let scale = scale(days, forecast, target);
        let shown = thinned(days);
        let scope_now = counted(last);
        let scope_y = scale.y(scope_now);
        Some(Self {
            summary: summary(first, last, target),
            met: area(&scale, &shown, |_| 0.0, met),
            verify: area(&scale, &shown, met, |it| met(it) + it.tally.verify as f64),
            scope: points(&scale, shown.iter().copied(), counted),
            scope_label: scope_label(&scale, last.day, scope_y, target),
            pace: target.and_then(|day| scale.line((seen.day, met(seen)), (day, scope_now))),
            forecast: match forecast {
                Forecast::Finish { on, .. } => scale.line((last.day, met(last)), (*on, scope_now)),
                Forecast::Done | Forecast::NotEnoughHistory | Forecast::NoEnd { .. } => None,
            },
            target: target.map(|day| {
                label(scale.x(day), TOP - 10.0, format!("target {}", format::short_date(day)))
            }),
            before: (first.day < seen.day).then(|| before(&scale, seen.day)),
            breaks: breaks(&scale, days),
            grid: grid(&scale),
            months: months(&scale),
            rows: shown.iter().rev().map(|it| row(it)).collect(),
        })
    }
}

fn met(day: &OrganizationDay) -> f64 {
    day.tally.met as f64
}

fn counted(day: &OrganizationDay) -> f64 {
    Tally::from(day.tally).counted() as f64
}

fn scale(days: &[OrganizationDay], forecast: &Forecast, target: Option<NaiveDate>) -> Scale {
    let from = days.first().map(|it| it.day).unwrap_or_default();
    let last = days.last().map_or(from, |it| it.day);
    let farthest = last + (last - from).max(TimeDelta::days(120));
    let finish = match forecast {
        Forecast::Finish { on, .. } => Some((*on).min(farthest)),
        Forecast::Done | Forecast::NotEnoughHistory | Forecast::NoEnd { .. } => None,
    };
    let margin = TimeDelta::days((last - from).num_days() / 12);
    let to = [Some(last + margin), finish, target].into_iter().flatten().max().unwrap_or(last);
    let most = days.iter().map(counted).fold(1.0, f64::max);
    Scale { from, to, most }
}

/// At most so many days, evenly, the last one always among them.
fn thinned(days: &[OrganizationDay]) -> Vec<&OrganizationDay> {
    let step = days.len().div_ceil(MOST_POINTS).max(1);
    let mut shown: Vec<_> = days.iter().rev().step_by(step).collect();
    shown.reverse();
    shown
}

fn points<'a>(
    scale: &Scale,
    days: impl Iterator<Item = &'a OrganizationDay>,
    height: impl Fn(&OrganizationDay) -> f64,
) -> String {
    days.map(|it| scale.at(it.day, height(it))).collect::<Vec<_>>().join(" ")
}

/// The outline of what lies between two heights.
fn area(
    scale: &Scale,
    days: &[&OrganizationDay],
    low: impl Fn(&OrganizationDay) -> f64,
    high: impl Fn(&OrganizationDay) -> f64,
) -> String {
    let there = points(scale, days.iter().copied(), high);
    let back = points(scale, days.iter().rev().copied(), low);
    format!("{there} {back}")
}

fn label(x: f64, y: f64, text: String) -> Label {
    Label { x: format!("{x:.1}"), y: format!("{y:.1}"), text, ends_here: x > RIGHT - 60.0 }
}

/// Left of the last day where the target's words stand right of it.
fn scope_label(scale: &Scale, last: NaiveDate, y: f64, target: Option<NaiveDate>) -> Label {
    let x = scale.x(last);
    let label = label(x, y - 6.0, "all items".to_owned());
    let is_crowded = target.is_some_and(|it| scale.x(it) - x < ROOM_FOR_LABELS);
    Label { ends_here: label.ends_here || is_crowded, ..label }
}

fn before(scale: &Scale, seen: NaiveDate) -> Before {
    let end = scale.x(seen);
    Before {
        width: format!("{:.1}", end - LEFT),
        end: format!("{end:.1}"),
        text: if end - LEFT < ROOM_FOR_WORDS { "" } else { "before Drydock, from commits" },
        first_crawl: format!("first crawl on {}", format::date(seen)),
    }
}

/// Not where counting begins in another way: the rules did not change on that day.
fn breaks(scale: &Scale, days: &[OrganizationDay]) -> Vec<Label> {
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

/// Lines at round counts, about four of them.
fn grid(scale: &Scale) -> Vec<Label> {
    let rough = (scale.most / 4.0).max(1.0);
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|it| it * power)
        .find(|it| *it >= rough)
        .unwrap_or(rough);
    let lines = (0..=8).map(|it| f64::from(it) * step).take_while(|it| *it <= scale.most);
    lines.map(|it| label(LEFT, scale.y(it), format::number(it as i64))).collect()
}

/// The first of every month, or of every few; January carries its year.
fn months(scale: &Scale) -> Vec<Label> {
    let mut firsts = Vec::new();
    let mut month = scale.from.with_day(1);
    while let Some(first) = month.filter(|it| *it <= scale.to) {
        firsts.push(first);
        month = first.checked_add_months(Months::new(1));
    }
    let every = firsts.len().div_ceil(12).max(1);
    let shown = firsts.into_iter().filter(|it| *it >= scale.from).step_by(every);
    let text = |it: NaiveDate| it.format(if it.month() == 1 { "%b %Y" } else { "%b" }).to_string();
    shown.map(|it| label(scale.x(it), BOTTOM + 16.0, text(it))).collect()
}

fn summary(first: &OrganizationDay, last: &OrganizationDay, target: Option<NaiveDate>) -> String {
    let told = |it: &OrganizationDay| {
        let tally = Tally::from(it.tally);
        format!(
            "{} of {} items met on {}",
            format::number(tally.met),
            format::number(tally.counted()),
            format::date(it.day)
        )
    };
    let target =
        target.map(|it| format!(" The target is {}.", format::date(it))).unwrap_or_default();
    format!("{}, {}.{target}", told(first), told(last))
}

fn row(day: &OrganizationDay) -> Row {
    let tally = Tally::from(day.tally);
    Row {
        day: format::date(day.day),
        is_reconstructed: day.is_reconstructed,
        met: format::number(tally.met),
        verify: format::number(tally.verify),
        unknown: format::number(tally.unknown),
        remaining: format::number(tally.remaining),
        share: tally.percent().map_or("–".to_owned(), |it| format!("{it} %")),
        finished: format::number(day.finished),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: &str, met: i64, remaining: i64, rules: i32) -> OrganizationDay {
        OrganizationDay {
            day: day.parse().unwrap(),
            finished: 0,
            tally: store::read::standing::Tally { met, remaining, ..Default::default() },
            edition: (rules, "a".to_owned()),
            is_reconstructed: false,
        }
    }

    fn drawn(days: &[OrganizationDay], target: Option<&str>) -> Option<Chart> {
        let target = target.map(|it| it.parse().unwrap());
        Chart::new(days, &Forecast::NotEnoughHistory, target)
    }

    #[test]
    fn a_single_day_is_no_history() {
        assert_eq!(drawn(&[day("2026-11-01", 1, 9, 1)], None), None);
    }

    #[test]
    fn the_area_of_met_items_stands_on_the_ground() {
        let days = [day("2026-11-01", 0, 10, 1), day("2026-11-13", 5, 5, 1)];
        let chart = drawn(&days, None).unwrap();
        insta::assert_snapshot!(chart.met, @"44.0,238.0 655.1,132.0 655.1,238.0 44.0,238.0");
        insta::assert_snapshot!(chart.summary, @"0 of 10 items met on 1 Nov 2026, 5 of 10 items met on 13 Nov 2026.");
    }

    #[test]
    fn a_change_of_rules_is_marked() {
        let days = [day("2026-11-01", 0, 10, 1), day("2026-11-13", 5, 5, 2)];
        let texts: Vec<_> =
            drawn(&days, None).unwrap().breaks.into_iter().map(|it| it.text).collect();
        assert_eq!(texts, ["13 Nov 2026: the rules changed"]);
    }

    #[test]
    fn the_needed_pace_ends_at_the_target() {
        let days = [day("2026-11-01", 0, 10, 1), day("2026-11-13", 5, 5, 1)];
        let chart = drawn(&days, Some("2026-12-01")).unwrap();
        assert_eq!(chart.pace.as_deref(), Some("44.0,238.0 706.0,26.0"));
        assert_eq!(chart.target.unwrap().text, "target 1 Dec");
    }

    #[test]
    fn the_past_from_commits_is_set_apart_and_changes_no_rules() {
        let before = OrganizationDay { is_reconstructed: true, ..day("2026-08-01", 0, 10, 2) };
        let days = [before, day("2026-11-01", 1, 9, 1), day("2026-11-13", 5, 5, 1)];
        let chart = drawn(&days, Some("2026-12-01")).unwrap();
        let before = chart.before.unwrap();
        assert_eq!(before.text, "before Drydock, from commits");
        assert_eq!(before.first_crawl, "first crawl on 1 Nov 2026");
        assert!(chart.breaks.is_empty());
        assert!(chart.pace.unwrap().starts_with(&before.end), "the plan began with the crawls");
        let marked: Vec<_> = chart.rows.iter().map(|it| it.is_reconstructed).collect();
        assert_eq!(marked, [false, false, true]);
    }

    #[test]
    fn many_days_are_thinned_and_the_last_one_stays() {
        let start: NaiveDate = "2024-01-01".parse().unwrap();
        let days: Vec<_> = (0..400)
            .map(|it| OrganizationDay {
                day: start + TimeDelta::days(it),
                ..day("2024-01-01", it, 9, 1)
            })
            .collect();
        let shown = thinned(&days);
        assert!(shown.len() <= MOST_POINTS);
        assert_eq!(shown.last().map(|it| it.tally.met), Some(399));
    }
}
