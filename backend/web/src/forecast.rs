//! When all will be done at the present pace: arithmetic on stored counts, no
//! verdict and no clock.
//!
//! The pace is what the work left shrinks by in a week, so growth of scope is part
//! of it. Where rules or catalogue changed between two days, the difference is no
//! progress and is left out.
//!
//! Days reckoned from commits count like days seen: the verdicts they gained were gained. They
//! do not know Dockerfiles deleted by the first crawl, so their pace is, if anything, too slow.
//! The step from the last one to the first day seen is two ways of counting and no progress.

use chrono::{NaiveDate, TimeDelta};

/// Weeks that the pace looks back at.
const WEEKS: usize = 8;
/// Fewer weeks than this say nothing.
const FEWEST_WEEKS: usize = 3;
/// No one plans further ahead; later is "not at this pace".
const HORIZON_WEEKS: f64 = 520.0;

/// The counts at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) day: NaiveDate,
    pub(crate) met: i64,
    /// Remaining, to verify or unknown.
    pub(crate) left: i64,
    /// Of which rules and which catalogue.
    pub(crate) edition: (i32, String),
    /// Reckoned from the commits before the first crawl.
    pub(crate) is_reconstructed: bool,
}

impl Point {
    /// Whether the difference to another day is progress.
    fn compares_with(&self, other: &Self) -> bool {
        self.edition == other.edition && self.is_reconstructed == other.is_reconstructed
    }
}

/// Whether the pace of a history looks back at days reckoned from commits.
pub(crate) fn looks_before_the_first_crawl(history: &[Point]) -> bool {
    let weeks = i64::try_from(WEEKS).unwrap_or_default();
    let from = history.last().map(|it| it.day - TimeDelta::weeks(weeks));
    history.iter().any(|it| it.is_reconstructed && Some(it.day) >= from)
}

/// What the history says about the finish.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Forecast {
    /// Nothing is left.
    Done,
    /// Fewer than three weeks, or nothing gained in them.
    NotEnoughHistory,
    /// The work left does not shrink.
    NoEnd {
        /// Items a week; zero or less.
        rate: f64,
    },
    /// At the median pace all is done on a day.
    Finish {
        on: NaiveDate,
        /// At the pace of the best quarter of weeks.
        earliest: NaiveDate,
        /// At the pace of the worst quarter; none where that has no end.
        latest: Option<NaiveDate>,
        /// Items a week.
        rate: f64,
    },
}

impl Forecast {
    /// Reads the history, oldest day first.
    pub(crate) fn new(history: &[Point]) -> Self {
        let Some(last) = history.last() else { return Self::NotEnoughHistory };
        if last.left == 0 {
            return if last.met > 0 { Self::Done } else { Self::NotEnoughHistory };
        }
        let weeks = weeks_of(history);
        if weeks.len() < FEWEST_WEEKS || weeks.iter().all(|it| it.gained <= 0) {
            return Self::NotEnoughHistory;
        }
        let mut rates: Vec<f64> = weeks.iter().map(|it| it.settled as f64).collect();
        rates.sort_by(f64::total_cmp);
        let rate = percentile(&rates, 0.5);
        let finish = |rate: f64| finish_on(last.day, last.left, rate);
        match finish(rate) {
            Some(on) => Self::Finish {
                on,
                earliest: finish(percentile(&rates, 0.75)).unwrap_or(on),
                latest: finish(percentile(&rates, 0.25)),
                rate,
            },
            None => Self::NoEnd { rate },
        }
    }
}

/// One week: verdicts gained, and by how much the work left shrank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Week {
    gained: i64,
    settled: i64,
}

/// Up to eight whole weeks that end on the last day, newest first.
fn weeks_of(history: &[Point]) -> Vec<Week> {
    let (Some(first), Some(last)) = (history.first(), history.last()) else { return Vec::new() };
    let whole = usize::try_from((last.day - first.day).num_days() / 7).unwrap_or_default();
    let mut weeks = Vec::new();
    let mut end = last.day;
    for _ in 0..whole.min(WEEKS) {
        let start = end - TimeDelta::days(7);
        weeks.push(week(history, start, end));
        end = start;
    }
    weeks
}

/// Sums the steps from day to day that end after `start` and not after `end`.
fn week(history: &[Point], start: NaiveDate, end: NaiveDate) -> Week {
    let steps = history.iter().zip(history.iter().skip(1));
    let counted = steps
        .filter(|(_, to)| to.day > start && to.day <= end)
        .filter(|(from, to)| from.compares_with(to));
    counted.fold(Week { gained: 0, settled: 0 }, |sum, (from, to)| Week {
        gained: sum.gained + (to.met - from.met).max(0),
        settled: sum.settled + from.left - to.left,
    })
}

/// A percentile of sorted values, between its neighbours where it falls between.
fn percentile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len().saturating_sub(1)) as f64;
    let below = sorted.get(place.floor() as usize).copied().unwrap_or_default();
    let above = sorted.get(place.ceil() as usize).copied().unwrap_or(below);
    below + (above - below) * place.fract()
}

fn finish_on(from: NaiveDate, left: i64, rate: f64) -> Option<NaiveDate> {
    if rate <= 0.0 {
        return None;
    }
    let weeks = left as f64 / rate;
    (weeks <= HORIZON_WEEKS).then(|| from + TimeDelta::days((weeks * 7.0).ceil() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A history with a day a week: met and left.
    fn weekly(counts: &[(i64, i64)]) -> Vec<Point> {
        let start: NaiveDate = "2026-09-07".parse().unwrap();
        let point = |(week, (met, left)): (i64, &(i64, i64))| Point {
            day: start + TimeDelta::weeks(week),
            met: *met,
            left: *left,
            edition: (1, "a".to_owned()),
            is_reconstructed: false,
        };
        (0..).zip(counts).map(point).collect()
    }

    fn told(history: &[Point]) -> String {
        match Forecast::new(history) {
            Forecast::Done => "done".to_owned(),
            Forecast::NotEnoughHistory => "not enough history".to_owned(),
            Forecast::NoEnd { rate } => format!("no end at {rate}"),
            Forecast::Finish { on, earliest, latest, rate } => {
                let latest = latest.map_or("never".to_owned(), |it| it.to_string());
                format!("{on} ({earliest} to {latest}) at {rate}")
            }
        }
    }

    #[test]
    fn a_steady_pace_is_carried_on() {
        let history = weekly(&[(0, 100), (10, 90), (20, 80), (30, 70), (40, 60)]);
        assert_eq!(told(&history), "2026-11-16 (2026-11-16 to 2026-11-16) at 10");
    }

    #[test]
    fn the_band_is_that_of_the_middle_half_of_the_weeks() {
        let history = weekly(&[(0, 100), (2, 98), (12, 88), (32, 68), (40, 60)]);
        assert_eq!(told(&history), "2026-11-21 (2026-11-08 to 2026-12-09) at 9");
    }

    #[test]
    fn fewer_than_three_weeks_say_nothing() {
        assert_eq!(told(&weekly(&[(0, 100), (10, 90), (20, 80)])), "not enough history");
        assert_eq!(told(&[]), "not enough history");
    }

    #[test]
    fn weeks_without_a_gain_say_nothing() {
        assert_eq!(told(&weekly(&[(5, 9), (5, 9), (5, 9), (5, 9)])), "not enough history");
    }

    #[test]
    fn growth_of_scope_eats_the_pace() {
        let history = weekly(&[(0, 100), (10, 100), (20, 100), (30, 100)]);
        assert_eq!(told(&history), "no end at 0");
    }

    #[test]
    fn a_change_of_rules_is_no_progress() {
        let mut history = weekly(&[(0, 100), (10, 90), (20, 80), (30, 70), (70, 30), (80, 20)]);
        let fresh = history.iter_mut().skip(4);
        fresh.for_each(|it| it.edition = (2, "a".to_owned()));
        assert_eq!(told(&history), "2026-10-26 (2026-10-26 to 2026-10-26) at 10");
    }

    #[test]
    fn the_past_from_commits_counts_but_for_the_step_to_the_first_crawl() {
        let mut history = weekly(&[(0, 100), (10, 90), (20, 80), (30, 70), (70, 30), (80, 20)]);
        assert!(!looks_before_the_first_crawl(&history));
        history.iter_mut().take(4).for_each(|it| it.is_reconstructed = true);
        assert_eq!(told(&history), "2026-10-26 (2026-10-26 to 2026-10-26) at 10");
        assert!(looks_before_the_first_crawl(&history));
    }

    #[test]
    fn only_the_last_eight_weeks_count() {
        let mut counts = vec![(0, 1000), (500, 500), (500, 500), (500, 500)];
        counts.extend((1..=8).map(|week| (500 + week * 5, 500 - week * 5)));
        assert!(told(&weekly(&counts)).ends_with("at 5"));
    }

    #[test]
    fn with_nothing_left_all_is_done() {
        assert_eq!(told(&weekly(&[(100, 0)])), "done");
    }
}
