//! The share done over the last days, as a line.

use chrono::{NaiveDate, TimeDelta};
use store::read::repositories::ShareDay;

use super::LINE_DAYS;

/// The line of one row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) points: String,
    pub(super) label: String,
    /// `up`, `down` or `flat`.
    pub(super) class: &'static str,
}

impl Line {
    const WIDTH: f64 = 90.0;
    const HEIGHT: f64 = 20.0;

    /// Steps from change to change. None without any count.
    pub(super) fn new(days: &[ShareDay], today: NaiveDate) -> Option<Self> {
        let from = today - TimeDelta::days(LINE_DAYS);
        let share = |it: &ShareDay| it.share().unwrap_or_default();
        let first = share(days.first()?);
        let (mut points, mut before) = (Vec::new(), first);
        for it in days {
            let x = Self::x(it.day, from);
            if !points.is_empty() {
                points.push(Self::at(x, before));
            }
            before = share(it);
            points.push(Self::at(x, before));
        }
        points.push(Self::at(Self::WIDTH, before));
        let percent = |it: f64| (it * 100.0).floor() as i64;
        let class = match before.total_cmp(&first) {
            std::cmp::Ordering::Less => "down",
            std::cmp::Ordering::Equal => "flat",
            std::cmp::Ordering::Greater => "up",
        };
        let label = format!("{}% met, then {}%", percent(first), percent(before));
        Some(Self { points: points.join(" "), label, class })
    }

    fn x(day: NaiveDate, from: NaiveDate) -> f64 {
        let days = (day - from).num_days().clamp(0, LINE_DAYS) as f64;
        Self::WIDTH * days / LINE_DAYS as f64
    }

    fn at(x: f64, share: f64) -> String {
        format!("{x:.0},{:.1}", 2.0 + (Self::HEIGHT - 4.0) * (1.0 - share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_holds_until_the_day_of_a_change() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let day = |ago, done| ShareDay { day: today - TimeDelta::days(ago), done, counted: 8 };
        let line = Line::new(&[day(200, 0), day(45, 4)], today).unwrap();
        assert_eq!(line.points, "0,18.0 45,18.0 45,10.0 90,10.0");
        assert_eq!((line.label.as_str(), line.class), ("0% met, then 50%", "up"));
    }

    #[test]
    fn without_any_count_there_is_no_line() {
        assert_eq!(Line::new(&[], "2026-11-23".parse().unwrap()), None);
    }
}
