//! Whether what is wanted will be done in time, by the forecast and its band.
//!
//! - done: nothing is left.
//! - overdue: the day has passed, and something is left.
//! - not known: there is no forecast yet.
//! - ahead: even the latest end of the band is not after the day.
//! - on course: the projected finish is not after the day.
//! - at risk: it is, or no end is in sight.

use chrono::{NaiveDate, TimeDelta};

use crate::forecast::Forecast;
use crate::format;

/// The course towards a day.
#[expect(clippy::enum_variant_names, reason = "people say that they are on course")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Course {
    Done,
    Ahead,
    OnCourse,
    NotKnown,
    AtRisk,
    Overdue,
}

impl Course {
    /// Towards `target`, as seen on the day `today`.
    pub(crate) fn new(forecast: &Forecast, target: NaiveDate, today: NaiveDate) -> Self {
        match forecast {
            Forecast::Done => Self::Done,
            Forecast::NotEnoughHistory | Forecast::NoEnd { .. } | Forecast::Finish { .. }
                if today > target =>
            {
                Self::Overdue
            }
            Forecast::NotEnoughHistory => Self::NotKnown,
            Forecast::NoEnd { .. } => Self::AtRisk,
            Forecast::Finish { latest: Some(latest), .. } if *latest <= target => Self::Ahead,
            Forecast::Finish { on, .. } if *on <= target => Self::OnCourse,
            Forecast::Finish { .. } => Self::AtRisk,
        }
    }

    /// In words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Ahead => "Ahead",
            Self::OnCourse => "On course",
            Self::NotKnown => "Not yet known",
            Self::AtRisk => "At risk",
            Self::Overdue => "Overdue",
        }
    }

    /// The sign that stands with its colour.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Done | Self::Ahead | Self::OnCourse => "✓",
            Self::NotKnown => "–",
            Self::AtRisk => "?",
            Self::Overdue => "✕",
        }
    }

    /// The class of its colour.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Done | Self::Ahead | Self::OnCourse => "met",
            Self::NotKnown => "unknown",
            Self::AtRisk => "verify",
            Self::Overdue => "remaining",
        }
    }
}

/// A course and the sentence that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CourseWords {
    /// None without a target.
    pub(crate) course: Option<Course>,
    pub(crate) sentence: String,
}

impl CourseWords {
    pub(crate) fn new(forecast: &Forecast, target: Option<NaiveDate>, today: NaiveDate) -> Self {
        let course = target.map(|it| Course::new(forecast, it, today));
        let finish = finish_words(forecast, target);
        let sentence = match (course, target) {
            (Some(Course::Overdue), Some(target)) => {
                format!("the target was {}; {finish}", format::date(target))
            }
            _ => finish,
        };
        Self { course, sentence: capital(&sentence, course.is_none()) }
    }
}

/// "at this pace all is done on 14 Mar 2027, 6 weeks after the target."
fn finish_words(forecast: &Forecast, target: Option<NaiveDate>) -> String {
    match forecast {
        Forecast::Done => "everything that counts is met or verified.".to_owned(),
        Forecast::NotEnoughHistory => {
            "a forecast needs three weeks of history and one gain.".to_owned()
        }
        Forecast::NoEnd { rate, earliest } => match earliest {
            Some(day) => format!(
                "{}; in good weeks all is done on {}.",
                pace_words(*rate),
                format::date(*day)
            ),
            None => format!("{}.", pace_words(*rate)),
        },
        Forecast::Finish { on, latest, .. } => {
            let on_day = format!("at this pace all is done on {}", format::date(*on));
            let Some(target) = target else { return format!("{on_day}.") };
            let weak = match latest {
                _ if *on > target => "",
                Some(latest) if *latest <= target => ", and in time even in weak weeks",
                _ => ", but not in weak weeks",
            };
            format!("{on_day}, {}{weak}.", distance(*on, target))
        }
    }
}

/// What a pace without an end means.
pub(crate) fn pace_words(rate: f64) -> String {
    match () {
        () if rate < 0.0 => format!("the work left grows by {} a week", items(-rate)),
        () if rate > 0.0 => "at this pace it takes more than ten years".to_owned(),
        () => "new work arrives as fast as old work is done".to_owned(),
    }
}

/// "6 weeks after the target".
pub(crate) fn distance(on: NaiveDate, target: NaiveDate) -> String {
    let late = on - target;
    match () {
        () if late.is_zero() => "on the day of the target".to_owned(),
        () if late > TimeDelta::zero() => format!("{} after the target", span(late)),
        () => format!("{} before the target", span(-late)),
    }
}

/// Days up to two weeks, then weeks, then months.
fn span(length: TimeDelta) -> String {
    let days = length.num_days();
    match () {
        () if days < 14 => format::counted(days, "day", "days"),
        () if days < 183 => format::counted(days / 7, "week", "weeks"),
        () => format::counted(days / 30, "month", "months"),
    }
}

/// "11.4 items": one decimal below 20, none above.
pub(crate) fn items(rate: f64) -> String {
    if rate >= 20.0 {
        return format!("{} items", format::number(rate.round() as i64));
    }
    let text = format!("{rate:.1}");
    let short = text.strip_suffix(".0").unwrap_or(&text);
    format!("{short} {}", if short == "1" { "item" } else { "items" })
}

/// A sentence with a capital letter where it begins one.
pub(crate) fn capital(text: &str, begins: bool) -> String {
    let mut letters = text.chars();
    match letters.next().filter(|_| begins) {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn finish(on: &str, latest: Option<&str>) -> Forecast {
        let on = day(on);
        Forecast::Finish { on, earliest: on, latest: latest.map(day), rate: 11.4 }
    }

    fn told(forecast: &Forecast, target: Option<&str>) -> String {
        let words = CourseWords::new(forecast, target.map(day), day("2026-11-23"));
        let course = words.course.map_or(String::new(), |it| format!("{}: ", it.words()));
        format!("{course}{}", words.sentence)
    }

    #[test]
    fn a_course_is_told_in_one_sentence() {
        let late = finish("2027-03-14", Some("2027-05-01"));
        insta::assert_snapshot!(told(&late, Some("2027-01-31")), @"At risk: at this pace all is done on 14 Mar 2027, 6 weeks after the target.");
        insta::assert_snapshot!(told(&late, Some("2027-03-31")), @"On course: at this pace all is done on 14 Mar 2027, 2 weeks before the target, but not in weak weeks.");
        insta::assert_snapshot!(told(&late, Some("2027-05-01")), @"Ahead: at this pace all is done on 14 Mar 2027, 6 weeks before the target, and in time even in weak weeks.");
        insta::assert_snapshot!(told(&late, Some("2026-11-22")), @"Overdue: the target was 22 Nov 2026; at this pace all is done on 14 Mar 2027, 16 weeks after the target.");
        insta::assert_snapshot!(told(&late, None), @"At this pace all is done on 14 Mar 2027.");
    }

    #[test]
    fn without_an_end_in_sight_a_target_is_at_risk() {
        let none = Forecast::NoEnd { rate: -2.5, earliest: None };
        insta::assert_snapshot!(told(&none, Some("2027-01-31")), @"At risk: the work left grows by 2.5 items a week.");
        let some = Forecast::NoEnd { rate: 0.0, earliest: Some(day("2027-04-01")) };
        insta::assert_snapshot!(told(&some, None), @"New work arrives as fast as old work is done; in good weeks all is done on 1 Apr 2027.");
        insta::assert_snapshot!(told(&Forecast::NotEnoughHistory, Some("2027-01-31")), @"Not yet known: a forecast needs three weeks of history and one gain.");
        insta::assert_snapshot!(told(&Forecast::Done, Some("2020-01-31")), @"Done: everything that counts is met or verified.");
    }

    #[test]
    fn the_last_day_is_in_time_and_an_open_end_is_not_ahead() {
        let target = day("2026-11-23");
        assert_eq!(Course::new(&finish("2026-11-23", None), target, target), Course::OnCourse);
        assert_eq!(
            Course::new(&Forecast::NotEnoughHistory, target, day("2026-11-24")),
            Course::Overdue
        );
    }
}
