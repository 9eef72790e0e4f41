//! When an organization is crawled: a cron expression in its own time zone.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

/// A schedule that cannot be read, in a sentence that says what is expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Not a cron expression of five fields.
    #[error(
        "\u{201c}{0}\u{201d} is no schedule: give five fields (minute hour day month weekday), like \u{201c}0 3 * * *\u{201d} for every night at 03:00"
    )]
    Expression(String),
    /// Not a time zone.
    #[error(
        "\u{201c}{0}\u{201d} is no time zone: give a name like \u{201c}UTC\u{201d} or \u{201c}Europe/Berlin\u{201d}"
    )]
    TimeZone(String),
}

/// Times that come again and again.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: Cron,
    zone: Tz,
}

impl Schedule {
    /// Reads a cron expression of five fields and the name of a time zone.
    ///
    /// # Errors
    /// If either is not what it should be, or no such time ever comes.
    pub fn parse(expression: &str, time_zone: &str) -> Result<Self, ScheduleError> {
        let wrong = || ScheduleError::Expression(expression.to_owned());
        let zone: Tz =
            time_zone.trim().parse().map_err(|_| ScheduleError::TimeZone(time_zone.to_owned()))?;
        let parser =
            CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(expression.trim()).map_err(|_| wrong())?;
        let schedule = Self { cron, zone };
        // The thirtieth of February is a well-formed expression.
        schedule.next_after(DateTime::UNIX_EPOCH).ok_or_else(wrong)?;
        Ok(schedule)
    }

    /// The first time after a moment; none if there is none any more.
    #[must_use]
    pub fn next_after(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = moment.with_timezone(&self.zone);
        self.cron.find_next_occurrence(&local, false).ok().map(|it| it.to_utc())
    }

    /// The schedule as a person would say it: "every night at 03:00 UTC".
    #[must_use]
    pub fn in_words(&self) -> String {
        let pattern = self.cron.pattern.as_str();
        let fields: Vec<&str> = pattern.split_whitespace().collect();
        let number = |text: &str| text.parse::<u32>().ok();
        match fields.as_slice() {
            ["*", "*", "*", "*", "*"] => return "every minute".to_owned(),
            [minute, "*", "*", "*", "*"] => {
                if let Some(step) = minute.strip_prefix("*/").and_then(number) {
                    return format!("every {step} minutes");
                }
                if let Some(minute) = number(minute) {
                    return format!("every hour at {minute} past");
                }
            }
            [minute, hour, "*", "*", "*"] => {
                if let (Some(minute), Some(hour)) = (number(minute), number(hour)) {
                    let day = if hour < 6 { "night" } else { "day" };
                    return format!("every {day} at {hour:02}:{minute:02} {}", self.zone);
                }
            }
            _ => {}
        }
        let words = self.cron.describe();
        let words = words.trim_end_matches('.');
        let mut letters = words.chars();
        let first = letters.next().map(|it| it.to_ascii_lowercase()).unwrap_or_default();
        format!("{first}{} ({})", letters.as_str(), self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, zone: &str, moment: &str) -> String {
        let schedule = Schedule::parse(expression, zone).unwrap();
        let moment = DateTime::parse_from_rfc3339(moment).unwrap().to_utc();
        schedule.next_after(moment).unwrap().format("%Y-%m-%dT%H:%MZ").to_string()
    }

    fn words(expression: &str, zone: &str) -> String {
        Schedule::parse(expression, zone).unwrap().in_words()
    }

    #[test]
    fn the_next_run_is_in_the_organizations_time_zone() {
        assert_eq!(next("0 3 * * *", "UTC", "2026-11-23T03:00:00Z"), "2026-11-24T03:00Z");
        assert_eq!(next("0 3 * * *", "Europe/Berlin", "2026-11-23T03:00:00Z"), "2026-11-24T02:00Z");
        assert_eq!(next("*/10 * * * *", "UTC", "2026-11-23T03:01:00Z"), "2026-11-23T03:10Z");
    }

    #[test]
    fn a_night_without_its_hour_still_has_a_run_and_a_doubled_hour_has_one() {
        // Berlin: 02:00 to 03:00 is missing on 2026-03-29 and doubled on 2026-10-25.
        let missing = next("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z");
        assert!(missing.starts_with("2026-03-29"), "{missing}");
        let first = next("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z");
        assert_eq!(first, "2026-10-25T00:30Z");
        assert_eq!(
            next("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z"),
            "2026-10-26T01:30Z"
        );
    }

    #[test]
    fn schedules_are_said_in_words() {
        assert_eq!(words("0 3 * * *", "UTC"), "every night at 03:00 UTC");
        assert_eq!(words("30 14 * * *", "Europe/Berlin"), "every day at 14:30 Europe/Berlin");
        assert_eq!(words("*/10 * * * *", "UTC"), "every 10 minutes");
        assert_eq!(words("5 * * * *", "UTC"), "every hour at 5 past");
        assert_eq!(words("0 3 * * 1", "UTC"), "at 03:00, on Monday (UTC)");
    }

    #[test]
    fn what_is_no_schedule_is_refused_in_one_sentence() {
        for text in ["", "nightly", "0 3 * *", "* * * * * *", "0 3 30 2 *", "61 * * * *"] {
            let error = Schedule::parse(text, "UTC").unwrap_err();
            assert!(error.to_string().contains("is no schedule"), "{text}: {error}");
        }
        assert!(Schedule::parse("0 3 * * *", "Mars/Olympus").is_err());
    }
}
