//! When all will be done at the present pace: arithmetic on stored counts, no
//! verdict and no clock.
//!
//! The pace is what the work left shrinks by in a week, so growth of scope is part
//! of it. Where rules or catalogue changed between two days, the difference is no
//! progress and is left out.
//!
//! The projected finish is at the median of the last eight weeks, its band from the 25th to
//! the 75th percentile. Eight weeks know these two percentiles only roughly: a bootstrap (the
//! weeks drawn anew from themselves, over and over) says how roughly, and the band takes each
//! percentile at the outer end of the 80 % interval that results. `simulated` in the tests
//! holds the band against invented histories whose end is known.
//!
//! Days reckoned from commits count like days seen: the verdicts they gained were gained. They
//! do not know Dockerfiles deleted by the first crawl, so their pace is, if anything, too slow.
//! The step from the last one to the first day seen is two ways of counting and no progress.

#[cfg(test)]
mod simulated;

use chrono::{NaiveDate, TimeDelta};
use store::read::history::HistoryDay;

/// Weeks that the pace looks back at.
const WEEKS: usize = 8;
/// Fewer weeks than this say nothing.
const FEWEST_WEEKS: usize = 3;
/// No one plans further ahead; later is "not at this pace".
const HORIZON_WEEKS: f64 = 520.0;
/// How often the weeks are drawn anew.
const DRAWS: usize = 400;
/// What lies outside the interval of a percentile, at either end.
const TAIL: f64 = 0.1;

/// Whether the pace of a history looks back at days reckoned from commits.
pub(crate) fn looks_before_the_first_crawl(history: &[HistoryDay]) -> bool {
    let weeks = i64::try_from(WEEKS).unwrap_or_default();
    let from = history.last().map(|it| it.day - TimeDelta::weeks(weeks));
    history.iter().any(|it| it.is_reconstructed && Some(it.day) >= from)
}

/// What the history says about the finish.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Forecast {
    /// Nothing is left.
    Done,
    /// Fewer than three weeks, or nothing gained in them.
    NotEnoughHistory,
    /// The work left does not shrink at the median pace, or not within ten years.
    NoEnd {
        /// Items a week.
        rate: f64,
        /// At the pace of the best weeks; none where that has no end either.
        earliest: Option<NaiveDate>,
    },
    /// At the median pace all is done on a day.
    Finish {
        on: NaiveDate,
        /// At the upper end of the band of paces.
        earliest: NaiveDate,
        /// At its lower end; none where that has no end.
        latest: Option<NaiveDate>,
        /// Items a week.
        rate: f64,
    },
}

impl Forecast {
    /// Reads the history, oldest day first.
    pub(crate) fn new(history: &[HistoryDay]) -> Self {
        let Some(last) = history.last() else { return Self::NotEnoughHistory };
        if last.left() == 0 {
            return if last.done > 0 { Self::Done } else { Self::NotEnoughHistory };
        }
        let weeks = weeks_of(history);
        if weeks.len() < FEWEST_WEEKS || weeks.iter().all(|it| it.gained <= 0.0) {
            return Self::NotEnoughHistory;
        }
        let mut rates: Vec<f64> = weeks.iter().map(|it| it.settled).collect();
        rates.sort_by(f64::total_cmp);
        let rate = percentile(&rates, 0.5);
        let (slow, fast) = band(&rates);
        let finish = |rate: f64| finish_on(last.day, last.left(), rate);
        match finish(rate) {
            Some(on) => {
                let earliest = finish(fast).unwrap_or(on);
                Self::Finish { on, earliest, latest: finish(slow), rate }
            }
            None => Self::NoEnd { rate, earliest: finish(fast) },
        }
    }
}

/// One week: verdicts gained, and by how much the work left shrank.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Week {
    gained: f64,
    settled: f64,
}

/// Up to eight whole weeks that end on the last day, newest first. A week of which less than
/// half can be compared is left out.
fn weeks_of(history: &[HistoryDay]) -> Vec<Week> {
    let (Some(first), Some(last)) = (history.first(), history.last()) else { return Vec::new() };
    let whole = (last.day - first.day).num_days() / 7;
    let ends = (0..whole).take(WEEKS).map(|it| last.day - TimeDelta::weeks(it));
    ends.filter_map(|it| week(history, it)).collect()
}

/// The week up to and with the day `end`. What changed between two points far apart is
/// spread over the days between them, so that an outage makes no idle week and no busy one.
fn week(history: &[HistoryDay], end: NaiveDate) -> Option<Week> {
    let start = end - TimeDelta::days(7);
    let (mut week, mut days) = (Week::default(), 0.0);
    for (from, to) in history.iter().zip(history.iter().skip(1)) {
        let inside = (to.day.min(end) - from.day.max(start)).num_days();
        if inside <= 0 || !from.compares_with(to) {
            continue;
        }
        let share = inside as f64 / (to.day - from.day).num_days() as f64;
        days += inside as f64;
        week.gained += (to.done - from.done).max(0) as f64 * share;
        week.settled += (from.left() - to.left()) as f64 * share;
    }
    let whole = 7.0 / days;
    let scaled = Week { gained: week.gained * whole, settled: week.settled * whole };
    (days * 2.0 >= 7.0).then_some(scaled)
}

/// The 25th and the 75th percentile of sorted rates, each at the outer end of its interval.
/// The median always lies between them.
fn band(rates: &[f64]) -> (f64, f64) {
    let mut chance = Chance(1);
    let (mut slow, mut fast) = (Vec::with_capacity(DRAWS), Vec::with_capacity(DRAWS));
    let mut drawn = Vec::with_capacity(rates.len());
    for _ in 0..DRAWS {
        drawn.clear();
        drawn.extend(rates.iter().filter_map(|_| rates.get(chance.below(rates.len()))));
        drawn.sort_by(f64::total_cmp);
        slow.push(percentile(&drawn, 0.25));
        fast.push(percentile(&drawn, 0.75));
    }
    slow.sort_by(f64::total_cmp);
    fast.sort_by(f64::total_cmp);
    let median = percentile(rates, 0.5);
    (percentile(&slow, TAIL).min(median), percentile(&fast, 1.0 - TAIL).max(median))
}

/// The same draws every time: one history has one forecast. A linear congruential generator
/// with the constants of Knuth's MMIX.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The upper bits: the lower ones of such a generator repeat soon.
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }
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

    /// A history with a day a week: done and left.
    fn weekly(counts: &[(i64, i64)]) -> Vec<HistoryDay> {
        let start: NaiveDate = "2026-09-07".parse().unwrap();
        let point = |(week, (done, open)): (i64, &(i64, i64))| HistoryDay {
            day: start + TimeDelta::weeks(week),
            done: *done,
            to_verify: 0,
            open: *open,
            edition: (1, "a".to_owned()),
            is_reconstructed: false,
        };
        (0..).zip(counts).map(point).collect()
    }

    fn told(history: &[HistoryDay]) -> String {
        let day = |it: Option<NaiveDate>| it.map_or("never".to_owned(), |it| it.to_string());
        match Forecast::new(history) {
            Forecast::Done => "done".to_owned(),
            Forecast::NotEnoughHistory => "not enough history".to_owned(),
            Forecast::NoEnd { rate, earliest } => {
                format!("no end at {rate}, {} at the earliest", day(earliest))
            }
            Forecast::Finish { on, earliest, latest, rate } => {
                format!("{on} ({earliest} to {}) at {rate}", day(latest))
            }
        }
    }

    #[test]
    fn a_steady_pace_is_carried_on() {
        let history = weekly(&[(0, 100), (10, 90), (20, 80), (30, 70), (40, 60)]);
        assert_eq!(told(&history), "2026-11-16 (2026-11-16 to 2026-11-16) at 10");
    }

    #[test]
    fn the_band_is_as_wide_as_the_weeks_differ() {
        let history = weekly(&[(0, 100), (8, 92), (18, 82), (30, 70), (40, 60)]);
        insta::assert_snapshot!(told(&history), @"2026-11-16 (2026-11-09 to 2026-11-27) at 10");
        let history = weekly(&[(0, 100), (2, 98), (12, 88), (32, 68), (40, 60)]);
        insta::assert_snapshot!(told(&history), @"2026-11-21 (2026-10-26 to 2027-05-03) at 9");
        assert_eq!(Forecast::new(&history), Forecast::new(&history));
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
        assert_eq!(told(&history), "no end at 0, never at the earliest");
    }

    #[test]
    fn where_the_median_has_no_end_a_good_week_may_have_one() {
        let history = weekly(&[(0, 90), (0, 90), (0, 90), (0, 90), (60, 30)]);
        assert!(told(&history).starts_with("no end at 0, 20"), "{}", told(&history));
    }

    #[test]
    fn a_change_of_rules_is_no_progress() {
        let mut history = weekly(&[(0, 100), (10, 90), (20, 80), (30, 70), (70, 30), (80, 20)]);
        let fresh = history.iter_mut().skip(4);
        fresh.for_each(|it| it.edition = (2, "a".to_owned()));
        assert!(told(&history).starts_with("2026-10-26 (2026-10-26 to "), "{}", told(&history));
        assert!(told(&history).ends_with("at 10"));
    }

    #[test]
    fn the_past_from_commits_counts_but_for_the_step_to_the_first_crawl() {
        let mut history = weekly(&[(0, 100), (10, 90), (20, 80), (30, 70), (70, 30), (80, 20)]);
        assert!(!looks_before_the_first_crawl(&history));
        history.iter_mut().take(4).for_each(|it| it.is_reconstructed = true);
        assert!(told(&history).ends_with("at 10"));
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
