//! The card that says when all will be done, and whether that is in time.

use chrono::NaiveDate;

use crate::course::{capital, distance, items, pace_words};
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
            Forecast::Done => Self::plain("Done", "Every item that counts is met or verified."),
            Forecast::NotEnoughHistory => Self::plain(
                "Not yet known",
                "Not enough history: a forecast needs three weeks and one gain.",
            ),
            Forecast::NoEnd { rate, earliest } => Self {
                class: "late",
                band: earliest.map(|it| format!("in good weeks on {}", format::date(it))),
                ..Self::plain("Not in sight", &format!("{}.", capital(&pace_words(*rate), true)))
            },
            Forecast::Finish { on, earliest, latest, rate } => Self {
                big: format::date(*on),
                note: note(*on, target, *rate),
                class: match target {
                    None => "",
                    Some(target) if *on > target => "late",
                    Some(_) => "early",
                },
                band: Some(band(*earliest, *latest)),
            },
        }
    }

    fn plain(big: &str, note: &str) -> Self {
        Self { big: big.to_owned(), note: note.to_owned(), class: "", band: None }
    }
}

/// "6 weeks after the target, at 11.4 items a week".
fn note(on: NaiveDate, target: Option<NaiveDate>, rate: f64) -> String {
    let pace = format!("at {} a week", items(rate));
    match target {
        Some(target) => capital(&format!("{}, {pace}", distance(on, target)), true),
        None => pace,
    }
}

fn band(earliest: NaiveDate, latest: Option<NaiveDate>) -> String {
    match latest {
        Some(latest) if latest == earliest => "every week alike".to_owned(),
        Some(latest) => {
            format!("between {} and {}", format::date(earliest), format::date(latest))
        }
        None => format!("{} at the earliest, no end in weak weeks", format::date(earliest)),
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
        let card = FinishCard::new(&Forecast::NoEnd { rate: -2.5, earliest: None }, None);
        assert_eq!(card.note, "The work left grows by 2.5 items a week.");
    }
}
