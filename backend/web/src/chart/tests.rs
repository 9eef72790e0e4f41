//! Where the chart puts things, and what it says.

use super::*;

fn day(day: &str, done: i64, open: i64, rules: i32) -> HistoryDay {
    HistoryDay {
        day: day.parse().unwrap(),
        done,
        to_verify: 0,
        open,
        edition: (rules, "a".to_owned()),
        is_reconstructed: false,
    }
}

fn drawn_with(days: &[HistoryDay], forecast: &Forecast, target: Option<&str>) -> Option<Chart> {
    Chart::new(&Plan {
        days,
        forecast,
        target: target.map(|it| it.parse().unwrap()),
        pause: TimeDelta::days(7),
        today: days.last().unwrap().day,
    })
}

fn drawn(days: &[HistoryDay], target: Option<&str>) -> Option<Chart> {
    drawn_with(days, &Forecast::NotEnoughHistory, target)
}

#[test]
fn a_single_day_is_no_history_and_neither_is_nothing_to_count() {
    assert_eq!(drawn(&[day("2026-11-01", 1, 9, 1)], None), None);
    assert_eq!(drawn(&[day("2026-11-01", 0, 0, 1), day("2026-11-02", 0, 0, 1)], None), None);
}

#[test]
fn the_area_of_done_items_stands_on_the_ground() {
    let days = [day("2026-11-01", 0, 10, 1), day("2026-11-13", 5, 5, 1)];
    let chart = drawn(&days, None).unwrap();
    insta::assert_snapshot!(chart.done, @"0.0,225.0 923.1,125.0 923.1,225.0 0.0,225.0");
    insta::assert_snapshot!(chart.summary, @"0 of 10 items done on 1 Nov 2026, 5 of 10 items done on 13 Nov 2026.");
}

#[test]
fn a_change_of_rules_is_marked() {
    let days = [day("2026-11-01", 0, 10, 1), day("2026-11-13", 5, 5, 2)];
    let texts: Vec<_> = drawn(&days, None).unwrap().breaks.into_iter().map(|it| it.text).collect();
    assert_eq!(texts, ["13 Nov 2026: the rules changed"]);
}

#[test]
fn the_needed_pace_ends_at_the_target() {
    let days = [day("2026-11-01", 0, 10, 1), day("2026-11-13", 5, 5, 1)];
    let chart = drawn(&days, Some("2026-12-01")).unwrap();
    assert_eq!(chart.pace.as_deref(), Some("0.0,225.0 1000.0,25.0"));
    assert_eq!(chart.target.unwrap().text, "target 1 Dec");
}

#[test]
fn the_band_goes_from_the_earliest_to_the_latest_finish() {
    let days = [day("2026-11-01", 0, 10, 1), day("2026-11-13", 5, 5, 1)];
    let of = |latest: Option<&str>| {
        let forecast = Forecast::Finish {
            on: "2026-11-25".parse().unwrap(),
            earliest: "2026-11-19".parse().unwrap(),
            latest: latest.map(|it| it.parse().unwrap()),
            rate: 3.0,
        };
        drawn_with(&days, &forecast, None).unwrap().band.unwrap()
    };
    insta::assert_snapshot!(of(Some("2026-12-01")), @"400.0,125.0 600.0,25.0 1000.0,25.0");
    insta::assert_snapshot!(of(None), @"500.0,125.0 750.0,25.0 1000.0,25.0 1000.0,125.0");
    let far = of(Some("2028-01-01"));
    assert_eq!(far.split(' ').count(), 4, "{far}");
}

#[test]
fn the_past_from_commits_is_set_apart_and_changes_no_rules() {
    let before = HistoryDay { is_reconstructed: true, ..day("2026-08-01", 0, 10, 2) };
    let days = [before, day("2026-11-01", 1, 9, 1), day("2026-11-13", 5, 5, 1)];
    let chart = drawn(&days, Some("2026-12-01")).unwrap();
    let before = chart.before.unwrap();
    assert_eq!(before.text, "before Drydock, from commits");
    assert_eq!(before.first_crawl, "first crawl on 1 Nov 2026");
    assert!(chart.breaks.is_empty());
    assert!(chart.outages.is_empty());
    let pace: f64 = chart.pace.unwrap().split(',').next().unwrap().parse().unwrap();
    assert_eq!(before.width, across(pace), "the plan began with the crawls");
    let marked: Vec<_> = chart.rows.iter().map(|it| it.is_reconstructed).collect();
    assert_eq!(marked, [false, false, true]);
}

#[test]
fn days_without_a_crawl_are_marked_and_said_in_words() {
    let days = [
        day("2026-09-01", 0, 10, 1),
        day("2026-09-08", 1, 9, 1),
        day("2026-09-15", 1, 9, 1),
        day("2026-10-01", 2, 8, 1),
        day("2026-10-08", 5, 5, 1),
        day("2026-10-15", 5, 5, 1),
        day("2026-10-22", 5, 5, 1),
    ];
    let chart = drawn(&days, None).unwrap();
    insta::assert_snapshot!(chart.notes.last().unwrap(), @"Hatched: no crawl ended from 15 Sep 2026 to 1 Oct 2026.");
    let plan = Plan {
        days: &days,
        forecast: &Forecast::NotEnoughHistory,
        target: None,
        // The schedule of today; in these weeks it was another one.
        pause: TimeDelta::days(1),
        today: "2026-11-12".parse().unwrap(),
    };
    let chart = Chart::new(&plan).unwrap();
    assert_eq!(chart.outages.len(), 2);
    assert_eq!(chart.outages[1].text, "22 Oct 2026 to 12 Nov 2026");
}

#[test]
fn many_days_are_thinned_and_the_last_one_stays() {
    let start: NaiveDate = "2024-01-01".parse().unwrap();
    let days: Vec<_> = (0..730)
        .map(|it| HistoryDay { day: start + TimeDelta::days(it), ..day("2024-01-01", it, 999, 1) })
        .collect();
    let shown = thinned(&days);
    assert!(shown.len() <= MOST_POINTS);
    assert_eq!(shown.last().map(|it| it.done), Some(729));
    let chart = drawn(&days, None).unwrap();
    let drawn = chart.done.len() + chart.verify.len() + chart.scope.len();
    assert!(drawn < 10_000, "{drawn} bytes of coordinates");
    let places = |months: &mut dyn Iterator<Item = &Month>| -> Vec<f64> {
        months.map(|it| it.at.x.trim_end_matches('%').parse().unwrap()).collect()
    };
    let room = places(&mut chart.months.iter());
    assert!(room.windows(2).all(|it| it[1] - it[0] > 7.9), "{room:?}");
    let kept = places(&mut chart.months.iter().filter(|it| it.is_kept));
    assert!(kept.windows(2).all(|it| it[1] - it[0] > 19.0), "{kept:?}");
    assert!(kept.len() > 1, "{kept:?}");
}
