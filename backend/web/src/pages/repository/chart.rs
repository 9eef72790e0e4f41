//! A repository's verdicts over time: layers that change in steps, since between
//! two recorded days nothing changed.

use chrono::NaiveDate;
use store::read::ItemVerdict;
use store::read::repository::RepositoryDay;
use store::read::standing::Tally;

use crate::format;

const WIDTH: i64 = 360;
const HEIGHT: i64 = 150;
/// Room for the numbers at the left.
const LEFT: i64 = 30;
/// Room for the largest number above the layers.
const TOP: i64 = 12;
/// Room for the dates below them.
const BOTTOM: i64 = 18;

/// What is drawn upon each other, from below.
const LAYERS: [ItemVerdict; 5] = [
    ItemVerdict::Met,
    ItemVerdict::Verified,
    ItemVerdict::Verify,
    ItemVerdict::Unknown,
    ItemVerdict::Remaining,
];

/// The chart and its table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chart {
    pub(super) view_box: String,
    pub(super) label: String,
    pub(super) layers: Vec<Layer>,
    pub(super) before: Option<Before>,
    pub(super) texts: Vec<Text>,
    pub(super) rows: Vec<Row>,
}

/// The days before the first crawl, which were reckoned from commits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) x: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    /// Where the first crawl was.
    pub(super) end: i64,
    pub(super) first_crawl: String,
}

/// One verdict's layer as the points of a polygon.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) class: &'static str,
    pub(super) points: String,
}

/// A number or a date at the edge.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) anchor: &'static str,
    pub(super) text: String,
}

/// One recorded day.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) day: String,
    pub(super) is_reconstructed: bool,
    pub(super) tally: Tally,
}

impl Chart {
    /// The chart of recorded days up to `today`; none before there is a span to draw.
    pub(super) fn new(days: &[RepositoryDay], today: NaiveDate) -> Option<Self> {
        let (first, last) = (days.first()?, days.last()?);
        let end = today.max(last.day);
        let frame = Frame {
            first: first.day,
            span: (end - first.day).num_days(),
            highest: days.iter().map(|it| it.tally.counted()).max()?,
        };
        if frame.span < 1 || frame.highest < 1 {
            return None;
        }
        Some(Self {
            view_box: format!("0 0 {WIDTH} {HEIGHT}"),
            label: format!(
                "From {} on {} to {} now",
                done_of(first.tally),
                format::date(first.day),
                done_of(last.tally)
            ),
            before: first.is_reconstructed.then(|| frame.before(days, end)),
            layers: LAYERS.iter().map(|it| frame.layer(*it, days)).collect(),
            texts: frame.texts(end).into(),
            rows: days.iter().rev().map(row).collect(),
        })
    }
}

fn row(day: &RepositoryDay) -> Row {
    Row { day: format::date(day.day), is_reconstructed: day.is_reconstructed, tally: day.tally }
}

fn done_of(tally: Tally) -> String {
    let done = if tally.verified > 0 { "met or verified" } else { "met" };
    format!("{} of {} {done}", tally.done(), tally.counted())
}

/// The layers below this one, and it.
fn stacked(tally: Tally, upto: ItemVerdict) -> i64 {
    let above = LAYERS.iter().skip_while(|it| **it != upto).skip(1);
    tally.counted() - above.map(|it| tally.count(*it)).sum::<i64>()
}

struct Frame {
    first: NaiveDate,
    span: i64,
    highest: i64,
}

impl Frame {
    fn x(&self, day: NaiveDate) -> i64 {
        LEFT + (day - self.first).num_days() * (WIDTH - LEFT) / self.span
    }

    fn y(&self, count: i64) -> i64 {
        let floor = HEIGHT - BOTTOM;
        floor - count * (floor - TOP) / self.highest
    }

    fn layer(&self, verdict: ItemVerdict, days: &[RepositoryDay]) -> Layer {
        let mut points = self.stairs(days, |it| stacked(it, verdict));
        let mut floor = self.stairs(days, |it| stacked(it, verdict) - it.count(verdict));
        floor.reverse();
        points.append(&mut floor);
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
        Layer { class: verdict.slug(), points: points.join(" ") }
    }

    /// The upper edge of a layer: level until the day of the next change.
    fn stairs(&self, days: &[RepositoryDay], height: impl Fn(Tally) -> i64) -> Vec<(i64, i64)> {
        let mut points: Vec<(i64, i64)> = Vec::with_capacity(days.len() * 2 + 1);
        for day in days {
            let (x, y) = (self.x(day.day), self.y(height(day.tally)));
            if let Some((_, before)) = points.last() {
                points.push((x, *before));
            }
            points.push((x, y));
        }
        if let Some((_, y)) = points.last() {
            points.push((WIDTH, *y));
        }
        points
    }

    fn before(&self, days: &[RepositoryDay], end: NaiveDate) -> Before {
        let seen = days.iter().find(|it| !it.is_reconstructed).map_or(end, |it| it.day);
        Before {
            x: LEFT,
            width: self.x(seen) - LEFT,
            height: HEIGHT - BOTTOM,
            end: self.x(seen),
            first_crawl: format!("first crawl on {}", format::date(seen)),
        }
    }

    fn texts(&self, end: NaiveDate) -> [Text; 4] {
        let text = |x, y, anchor, text| Text { x, y, anchor, text };
        let (left, floor) = (LEFT - 5, HEIGHT - BOTTOM);
        [
            text(left, TOP + 4, "end", format::number(self.highest)),
            text(left, floor, "end", "0".to_owned()),
            text(LEFT, HEIGHT - 4, "start", format::short_date(self.first)),
            text(WIDTH, HEIGHT - 4, "end", format::short_date(end)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: &str, met: i64, remaining: i64) -> RepositoryDay {
        let tally = Tally { met, remaining, ..Tally::default() };
        RepositoryDay { day: day.parse().unwrap(), tally, is_reconstructed: false }
    }

    #[test]
    fn a_layer_stays_level_until_the_next_change() {
        let days = [day("2026-11-01", 2, 2), day("2026-11-06", 4, 0)];
        let chart = Chart::new(&days, "2026-11-11".parse().unwrap()).unwrap();
        insta::assert_snapshot!(chart.layers[0].points, @"30,72 195,72 195,12 360,12 360,132 195,132 195,132 30,132");
        assert_eq!(chart.label, "From 2 of 4 met on 1 Nov 2026 to 4 of 4 met now");
        assert_eq!(chart.rows[0].day, "6 Nov 2026");
    }

    #[test]
    fn the_past_from_commits_ends_at_the_first_crawl() {
        let before = RepositoryDay { is_reconstructed: true, ..day("2026-11-01", 2, 2) };
        let days = [before, day("2026-11-06", 4, 0)];
        let before = Chart::new(&days, "2026-11-11".parse().unwrap()).unwrap().before.unwrap();
        assert_eq!((before.x, before.end), (30, 195));
        assert_eq!(before.first_crawl, "first crawl on 6 Nov 2026");
    }

    #[test]
    fn what_people_verified_lies_upon_what_is_met() {
        let verified = Tally { met: 2, verified: 1, remaining: 1, ..Tally::default() };
        let days =
            [day("2026-11-01", 2, 2), RepositoryDay { tally: verified, ..day("2026-11-06", 0, 0) }];
        let chart = Chart::new(&days, "2026-11-11".parse().unwrap()).unwrap();
        assert_eq!(chart.label, "From 2 of 4 met on 1 Nov 2026 to 3 of 4 met or verified now");
        assert_eq!(chart.layers[1].points, "30,72 195,72 195,42 360,42 360,72 195,72 195,72 30,72");
    }

    #[test]
    fn one_day_is_no_chart() {
        let days = [day("2026-11-01", 2, 2)];
        assert_eq!(Chart::new(&days, "2026-11-01".parse().unwrap()), None);
        assert_eq!(Chart::new(&[], "2026-11-01".parse().unwrap()), None);
    }

    #[test]
    fn a_repository_without_anything_to_count_has_no_chart() {
        let days = [day("2026-11-01", 0, 0)];
        assert_eq!(Chart::new(&days, "2026-11-09".parse().unwrap()), None);
    }
}
