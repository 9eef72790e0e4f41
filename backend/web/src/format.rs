//! Numbers, dates and durations in words people use.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// A moment as a page shows it: near in words, exact on hover and for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// "12 min ago".
    pub(crate) ago: String,
    /// "23 Nov 2026, 13:05 UTC".
    pub(crate) exact: String,
    /// For the `datetime` attribute.
    pub(crate) machine: String,
}

impl Moment {
    /// `at` as seen from `now`.
    pub(crate) fn new(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self {
            ago: ago(now - at),
            exact: exact(at),
            machine: at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

/// "23 Nov 2026, 13:05 UTC".
pub(crate) fn exact(at: DateTime<Utc>) -> String {
    at.format("%-d %b %Y, %H:%M UTC").to_string()
}

/// How long ago, to the unit that matters.
fn ago(elapsed: TimeDelta) -> String {
    let (minutes, hours, days) = (elapsed.num_minutes(), elapsed.num_hours(), elapsed.num_days());
    match () {
        () if minutes < 1 => "just now".to_owned(),
        () if hours < 1 => format!("{minutes} min ago"),
        () if days < 1 => format!("{} ago", counted(hours, "hour", "hours")),
        () if days < 14 => format!("{} ago", counted(days, "day", "days")),
        () if days < 61 => format!("{} ago", counted(days / 7, "week", "weeks")),
        () if days < 730 => format!("{} ago", counted(days / 30, "month", "months")),
        () => format!("{} ago", counted(days / 365, "year", "years")),
    }
}

/// A length of time: "12 s", "3 min 5 s", "2 h 10 min".
pub(crate) fn duration(length: TimeDelta) -> String {
    let seconds = length.num_seconds().max(0);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match () {
        () if seconds < 60 => format!("{seconds} s"),
        () if hours < 1 && seconds % 60 == 0 => format!("{minutes} min"),
        () if hours < 1 => format!("{minutes} min {} s", seconds % 60),
        () if minutes == 0 => format!("{hours} h"),
        () => format!("{hours} h {minutes} min"),
    }
}

/// "31 Jan 2027".
pub(crate) fn date(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// "31 Jan".
pub(crate) fn short_date(day: NaiveDate) -> String {
    day.format("%-d %b").to_string()
}

/// A number with its thousands set off: 1,512.
pub(crate) fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    if value < 0 {
        out.push('\u{2212}');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number and its noun: "1 repository", "214 repositories".
pub(crate) fn counted(value: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// "line 8", "lines 8–9".
pub(crate) fn lines(first: u32, last: u32) -> String {
    if first == last { format!("line {first}") } else { format!("lines {first}–{last}") }
}

/// A share in percent, rounded down, so that 100 means all; none of nothing.
pub(crate) fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| part * 100 / whole)
}

/// The longest text from outside that a table shows whole.
const LONGEST: usize = 200;

/// A text from outside as a table shows it: what cannot be seen as a sign, and cut where
/// it is longer than anybody reads.
pub(crate) fn shown(text: &str) -> String {
    let mut signs: String = text.chars().take(LONGEST).map(sign).collect();
    if text.chars().nth(LONGEST).is_some() {
        signs.push('\u{2026}');
    }
    signs
}

/// Control characters have pictures of their own in Unicode.
fn sign(it: char) -> char {
    let picture = match u32::from(it) {
        code @ 0..0x20 => char::from_u32(0x2400 + code),
        0x7f => Some('\u{2421}'),
        0x80..0xa0 | 0x2028 | 0x2029 => Some('\u{fffd}'),
        _ => None,
    };
    picture.unwrap_or(it)
}

/// The beginning of a sha that people compare.
pub(crate) fn short_sha(sha: &str) -> &str {
    sha.get(..7).unwrap_or(sha)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_the_unit_that_matters() {
        let told = [0, 59, 60, 720, 3600, 7200, 86_400, 13 * 86_400, 21 * 86_400, 240 * 86_400]
            .map(|seconds| ago(TimeDelta::seconds(seconds)));
        insta::assert_snapshot!(told.join(" | "), @"just now | just now | 1 min ago | 12 min ago | 1 hour ago | 2 hours ago | 1 day ago | 13 days ago | 3 weeks ago | 8 months ago");
    }

    #[test]
    fn thousands_are_set_off() {
        assert_eq!(
            [0, 999, 1512, 1_000_000, -4321].map(number).join(" "),
            "0 999 1,512 1,000,000 −4,321"
        );
    }

    #[test]
    fn a_share_is_rounded_down_so_that_100_means_all() {
        assert_eq!(
            [percent(999, 1000), percent(1000, 1000), percent(0, 0)],
            [Some(99), Some(100), None]
        );
    }

    #[test]
    fn what_cannot_be_seen_is_shown_as_a_sign_and_what_is_too_long_is_cut() {
        assert_eq!(shown("a\u{1b}[31m\n\u{7f}\u{85}ü"), "a\u{241b}[31m\u{240a}\u{2421}\u{fffd}ü");
        assert_eq!(shown(&"x".repeat(10_000)), format!("{}…", "x".repeat(200)));
    }

    #[test]
    fn a_length_of_time_has_at_most_two_units() {
        let told = [5, 60, 185, 7200, 7805].map(|it| duration(TimeDelta::seconds(it)));
        assert_eq!(told.join(" | "), "5 s | 1 min | 3 min 5 s | 2 h | 2 h 10 min");
    }
}
