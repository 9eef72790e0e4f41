//! The card that says when all will be done, and whether that is in time.

use chrono::{NaiveDate, TimeDelta};

use crate::forecast::Forecast;
use crate::format;

/// The card's words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FinishCard {
    pub(super) big: String,
    pub(super) note: String,
    /// `late`, `early` or nothing: the note's colour.
    pub(super) class: &'static str,
    /// The band of the forecast.
    pub(super) band: Option<String>,
}

impl FinishCard {
    pub(super) fn new(forecast: &Forecast, target: Option<NaiveDate>) -> Self {
        match forecast {
            Forecast::Done => Self::plain("Done", "Every item of every Dockerfile is met."),
            Forecast::NotEnoughHistory => Self::plain(
                "Not yet known",
                "Not enough history: a forecast needs three weeks and one gain.",
            ),
            Forecast::NoEnd { rate } => {
                Self { class: "late", ..Self::plain("Not in sight", &no_end_words(*rate)) }
            }
            Forecast::Finish { on, earliest, latest, rate } => {
                let (distance, class) = distance(*on, target);
                Self {
                    big: format::date(*on),
                    note: format!("{distance}at {} a week", items(*rate)),
                    class,
                    band: Some(band(*earliest, *latest)),
                }
            }
        }
    }

    /// Says that the pace is partly that of the days before the first crawl.
    pub(super) fn partly_by_commits(mut self) -> Self {
        let words = "partly by the commits before the first crawl";
        self.band = self.band.map(|it| format!("{it}; {words}"));
        self
    }

    fn plain(big: &str, note: &str) -> Self {
        Self { big: big.to_owned(), note: note.to_owned(), class: "", band: None }
    }
}

fn no_end_words(rate: f64) -> String {
    if rate < 0.0 {
        return format!("The work left grows by {} a week.", items(-rate));
    }
    "New work arrives as fast as old work is done.".to_owned()
}

/// "6 weeks after the target, ", and whether that is late.
fn distance(on: NaiveDate, target: Option<NaiveDate>) -> (String, &'static str) {
    let Some(target) = target else { return (String::new(), "") };
    let late = on - target;
    match () {
        () if late.is_zero() => ("On the day of the target, ".to_owned(), "early"),
        () if late > TimeDelta::zero() => (format!("{} after the target, ", span(late)), "late"),
        () => (format!("{} before the target, ", span(-late)), "early"),
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
fn items(rate: f64) -> String {
    if rate >= 20.0 {
        return format!("{} items", format::number(rate.round() as i64));
    }
    let text = format!("{rate:.1}");
    let short = text.strip_suffix(".0").unwrap_or(&text);
    format!("{short} {}", if short == "1" { "item" } else { "items" })
}

fn band(earliest: NaiveDate, latest: Option<NaiveDate>) -> String {
    match latest {
        Some(latest) if latest == earliest => "every week alike".to_owned(),
        Some(latest) => {
            format!("between {} and {}", format::date(earliest), format::date(latest))
        }
        None => format!("{} at the earliest, no end at a weak pace", format::date(earliest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finish(on: &str, target: Option<&str>, rate: f64) -> String {
        let on: NaiveDate = on.parse().unwrap();
        let forecast = Forecast::Finish { on, earliest: on, latest: None, rate };
        let card = FinishCard::new(&forecast, target.map(|it| it.parse().unwrap()));
        format!("{}: {} [{}]", card.big, card.note, card.class)
    }

    #[test]
    fn a_finish_is_told_by_its_distance_from_the_target() {
        insta::assert_snapshot!(finish("2027-03-14", Some("2027-01-31"), 11.4), @"14 Mar 2027: 6 weeks after the target, at 11.4 items a week [late]");
        insta::assert_snapshot!(finish("2027-01-30", Some("2027-01-31"), 1.0), @"30 Jan 2027: 1 day before the target, at 1 item a week [early]");
        insta::assert_snapshot!(finish("2027-01-30", None, 1200.4), @"30 Jan 2027: at 1,200 items a week []");
    }

    #[test]
    fn work_that_grows_has_no_end_in_sight() {
        let card = FinishCard::new(&Forecast::NoEnd { rate: -2.5 }, None);
        assert_eq!(card.note, "The work left grows by 2.5 items a week.");
    }
}
