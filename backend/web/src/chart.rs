//! The burn-up chart: geometry of stored counts, drawn by `parts/burn-up.html` as SVG. Areas
//! and lines are stretched to whatever width there is; texts have places in percent and keep
//! their size, so that a phone shows the same picture, readable.

mod marks;
mod scale;
#[cfg(test)]
mod tests;

use chrono::{NaiveDate, TimeDelta};
use store::read::history::HistoryDay;

use crate::forecast::{Forecast, looks_before_the_first_crawl};
use crate::format;
use marks::{Outage, outages, rule_changes};
use scale::{HEIGHT, RIGHT, Scale, TOP};

/// More points cannot be told apart at this width.
const MOST_POINTS: usize = 120;
/// How wide the words about the days before the first crawl are.
const ROOM_FOR_WORDS: f64 = 265.0;
/// How wide "all items" is on a phone, and with half of the target's words.
const ROOM_FOR_LABEL: f64 = 170.0;
const ROOM_FOR_LABELS: f64 = 220.0;
/// A target further away would press the history into a corner.
const FARTHEST_TARGET: TimeDelta = TimeDelta::days(730);

/// What a chart shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan<'a> {
    /// Oldest first.
    pub(crate) days: &'a [HistoryDay],
    pub(crate) forecast: &'a Forecast,
    pub(crate) target: Option<NaiveDate>,
    /// The longest pause between two scheduled crawls.
    pub(crate) pause: TimeDelta,
    pub(crate) today: NaiveDate,
}

/// What the template draws: lists of coordinates, and texts at their places.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chart {
    pub(crate) summary: String,
    pub(crate) done: String,
    pub(crate) verify: String,
    pub(crate) scope: String,
    pub(crate) scope_label: Label,
    pub(crate) pace: Option<String>,
    pub(crate) forecast: Option<String>,
    /// The wedge between the earliest and the latest finish.
    pub(crate) band: Option<String>,
    pub(crate) target: Option<Label>,
    /// The days reckoned from commits, where there are some.
    pub(crate) before: Option<Before>,
    /// Days on which rules or catalogue changed.
    pub(crate) breaks: Vec<Label>,
    pub(crate) outages: Vec<Outage>,
    pub(crate) grid: Vec<Label>,
    pub(crate) months: Vec<Month>,
    pub(crate) keys: Vec<Key>,
    /// What else the picture means, a sentence each.
    pub(crate) notes: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// A text at a place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// In percent, as `y`.
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) text: String,
    /// The text runs leftwards, so that it stays inside.
    pub(crate) ends_here: bool,
}

/// The name of a month below the picture.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Month {
    pub(crate) at: Label,
    /// It is among the few that a phone has room for.
    pub(crate) is_kept: bool,
}

/// What a colour or a kind of line means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) class: &'static str,
    pub(crate) words: &'static str,
}

/// The part of the picture before the first crawl.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Before {
    /// Up to the first crawl.
    pub(crate) width: String,
    /// What is written there: everything where there is room, else nothing.
    pub(crate) text: &'static str,
    pub(crate) first_crawl: String,
}

/// A day in the table of the chart's numbers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) day: String,
    pub(crate) is_reconstructed: bool,
    pub(crate) done: String,
    pub(crate) verify: String,
    pub(crate) open: String,
    pub(crate) scope: String,
    pub(crate) share: String,
}

impl Chart {
    /// Draws a history; a single day is no history yet, nor is one without anything to count.
    pub(crate) fn new(plan: &Plan<'_>) -> Option<Self> {
        let (first, last) = (plan.days.first()?, plan.days.last()?);
        if first.day == last.day || plan.days.iter().all(|it| it.scope() == 0) {
            return None;
        }
        let seen = plan.days.iter().find(|it| !it.is_reconstructed).unwrap_or(last);
        let target = plan.target.filter(|it| *it > first.day && *it <= last.day + FARTHEST_TARGET);
        let scale = Scale::of(plan, target);
        let shown = thinned(plan.days);
        let goal = last.scope() as f64;
        let mut chart = Self {
            summary: summary(first, last, target),
            done: area(&scale, &shown, |_| 0, |it| it.done),
            verify: area(&scale, &shown, |it| it.done, |it| it.done + it.to_verify),
            scope: points(&scale, shown.iter().copied(), HistoryDay::scope),
            scope_label: scope_label(&scale, plan.days, target),
            pace: target.and_then(|it| scale.line((seen.day, seen.done as f64), (it, goal))),
            forecast: forecast_line(&scale, plan.forecast, last),
            band: band(&scale, plan.forecast, last),
            target: target.map(|day| {
                label(scale.x(day), TOP - 9.0, format!("target {}", format::short_date(day)))
            }),
            before: (first.day < seen.day).then(|| before(&scale, seen.day)),
            breaks: rule_changes(&scale, plan.days),
            outages: outages(&scale, plan),
            grid: scale.grid(),
            months: scale.months(),
            keys: Vec::new(),
            notes: Vec::new(),
            rows: shown.iter().rev().map(|it| row(it)).collect(),
        };
        chart.keys = keys(&chart);
        chart.notes = notes(&chart, plan);
        Some(chart)
    }
}

/// At most so many days, evenly, the last one always among them.
fn thinned(days: &[HistoryDay]) -> Vec<&HistoryDay> {
    let step = days.len().div_ceil(MOST_POINTS).max(1);
    let mut shown: Vec<_> = days.iter().rev().step_by(step).collect();
    shown.reverse();
    shown
}

fn points<'a>(
    scale: &Scale,
    days: impl Iterator<Item = &'a HistoryDay>,
    height: impl Fn(&HistoryDay) -> i64,
) -> String {
    days.map(|it| scale.at(it.day, height(it) as f64)).collect::<Vec<_>>().join(" ")
}

/// The outline of what lies between two heights.
fn area(
    scale: &Scale,
    days: &[&HistoryDay],
    low: impl Fn(&HistoryDay) -> i64,
    high: impl Fn(&HistoryDay) -> i64,
) -> String {
    let there = points(scale, days.iter().copied(), high);
    let back = points(scale, days.iter().rev().copied(), low);
    format!("{there} {back}")
}

fn label(x: f64, y: f64, text: String) -> Label {
    let y = format!("{:.2}%", y / HEIGHT * 100.0);
    Label { x: across(x), y, text, ends_here: x > RIGHT - 130.0 }
}

/// A place or a width in percent of the picture's width.
fn across(x: f64) -> String {
    format!("{:.2}%", x / RIGHT * 100.0)
}

/// Above the line of the scope, late in the history; early, where the target's words are late.
fn scope_label(scale: &Scale, days: &[HistoryDay], target: Option<NaiveDate>) -> Label {
    let end = days.last().map_or(0.0, |it| scale.x(it.day));
    let is_crowded = target.is_some_and(|it| (scale.x(it) - end * 0.75).abs() < ROOM_FOR_LABELS);
    let x = (end * if is_crowded { 0.3 } else { 0.75 }).max(ROOM_FOR_LABEL / 2.0);
    let is_near = |it: &&HistoryDay| (scale.x(it.day) - x).abs() < ROOM_FOR_LABEL / 2.0;
    let near = days.iter().filter(is_near).map(HistoryDay::scope).max();
    let highest = near.or_else(|| days.last().map(HistoryDay::scope)).unwrap_or_default();
    label(x, scale.y(highest as f64) - 5.0, "all items".to_owned())
}

fn forecast_line(scale: &Scale, forecast: &Forecast, last: &HistoryDay) -> Option<String> {
    match forecast {
        Forecast::Finish { on, .. } => {
            scale.line((last.day, last.done as f64), (*on, last.scope() as f64))
        }
        Forecast::Done | Forecast::NotEnoughHistory | Forecast::NoEnd { .. } => None,
    }
}

/// From where the history ends to the earliest finish, along the goal to the latest, and back.
fn band(scale: &Scale, forecast: &Forecast, last: &HistoryDay) -> Option<String> {
    let (earliest, latest) = match forecast {
        Forecast::Finish { earliest, latest, .. } => (*earliest, *latest),
        Forecast::NoEnd { earliest: Some(earliest), .. } => (*earliest, None),
        Forecast::NoEnd { earliest: None, .. } | Forecast::Done | Forecast::NotEnoughHistory => {
            return None;
        }
    };
    let (done, goal) = (last.done as f64, last.scope() as f64);
    let up = scale.line((last.day, done), (earliest, goal))?;
    let corner = match earliest < scale.to && latest.is_none_or(|it| it > scale.to) {
        true => format!(" {}", scale.at(scale.to, goal)),
        false => String::new(),
    };
    let down = match latest {
        Some(latest) => scale.end_of_line((last.day, done), (latest, goal)),
        None => scale.at(scale.to, done),
    };
    Some(format!("{up}{corner} {down}"))
}

fn before(scale: &Scale, seen: NaiveDate) -> Before {
    let end = scale.x(seen);
    Before {
        width: across(end),
        text: if end < ROOM_FOR_WORDS { "" } else { "before Drydock, from commits" },
        first_crawl: format!("first crawl on {}", format::date(seen)),
    }
}

fn summary(first: &HistoryDay, last: &HistoryDay, target: Option<NaiveDate>) -> String {
    let told = |it: &HistoryDay| {
        format!(
            "{} of {} items done on {}",
            format::number(it.done),
            format::number(it.scope()),
            format::date(it.day)
        )
    };
    let target =
        target.map(|it| format!(" The target is {}.", format::date(it))).unwrap_or_default();
    format!("{}, {}.{target}", told(first), told(last))
}

fn keys(chart: &Chart) -> Vec<Key> {
    let told = [
        (true, "met", "met or verified"),
        (true, "verify", "to verify"),
        (true, "scope", "all items in scope"),
        (chart.pace.is_some(), "pace", "pace the target needs"),
        (chart.forecast.is_some(), "forecast", "median pace of the last eight weeks"),
        (chart.band.is_some(), "band", "from its weak to its good weeks"),
    ];
    let there = told.into_iter().filter(|(is_there, ..)| *is_there);
    there.map(|(_, class, words)| Key { class, words }).collect()
}

fn notes(chart: &Chart, plan: &Plan<'_>) -> Vec<String> {
    let before = chart.before.as_ref().map(|it| {
        let by_commits = match looks_before_the_first_crawl(plan.days) {
            true => " The pace looks back at some of these days.",
            false => "",
        };
        format!("Pale, up to the {}: reckoned from the commits to the Dockerfiles that were there then; files that were deleted before it are not in it.{by_commits}", it.first_crawl)
    });
    let breaks = "Grey line: rules or catalogue changed; such a jump is no progress.".to_owned();
    let breaks = (!chart.breaks.is_empty()).then_some(breaks);
    [before, breaks, marks::outage_words(&chart.outages)].into_iter().flatten().collect()
}

fn row(day: &HistoryDay) -> Row {
    let share = format::percent(day.done, day.scope());
    Row {
        day: format::date(day.day),
        is_reconstructed: day.is_reconstructed,
        done: format::number(day.done),
        verify: format::number(day.to_verify),
        open: format::number(day.open),
        scope: format::number(day.scope()),
        share: share.map_or("–".to_owned(), |it| format!("{it} %")),
    }
}
