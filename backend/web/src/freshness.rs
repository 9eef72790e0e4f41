//! How old the shown facts are. Older than twice the schedule is outdated.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;

use crate::format::Moment;

/// How fresh the facts of an organization are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// No crawl ended well yet.
    Never,
    /// Crawled as the schedule wants it.
    Fresh(Moment),
    /// Two scheduled crawls should have ended since.
    Outdated(Moment),
}

impl Freshness {
    /// Judges `crawled_at` by a cron schedule in a time zone. A schedule that
    /// cannot be read counts as nightly.
    pub(crate) fn new(
        crawled_at: Option<DateTime<Utc>>,
        (schedule, zone): (&str, &str),
        now: DateTime<Utc>,
    ) -> Self {
        let Some(crawled_at) = crawled_at else { return Self::Never };
        let moment = Moment::new(crawled_at, now);
        let outdated = second_run_after(crawled_at, schedule, zone)
            .map_or(now - crawled_at > chrono::TimeDelta::days(2), |it| it < now);
        if outdated { Self::Outdated(moment) } else { Self::Fresh(moment) }
    }
}

fn second_run_after(at: DateTime<Utc>, schedule: &str, zone: &str) -> Option<DateTime<Utc>> {
    let cron = Cron::from_str(schedule).ok()?;
    let zone: Tz = zone.parse().ok()?;
    let first = cron.find_next_occurrence(&at.with_timezone(&zone), false).ok()?;
    let second = cron.find_next_occurrence(&first, false).ok()?;
    Some(second.with_timezone(&Utc))
}

/// The longest time between two of the next runs of a schedule, at least a day.
pub(crate) fn longest_pause(
    (schedule, zone): (&str, &str),
    from: DateTime<Utc>,
) -> chrono::TimeDelta {
    let day = chrono::TimeDelta::days(1);
    let (Ok(cron), Ok(zone)) = (Cron::from_str(schedule), zone.parse::<Tz>()) else { return day };
    let mut pause = day;
    let mut at = from.with_timezone(&zone);
    for run in 0..8 {
        let Ok(next) = cron.find_next_occurrence(&at, false) else { break };
        // The first one is measured from a moment that is no run.
        if run > 0 {
            pause = pause.max(next - at);
        }
        at = next;
    }
    pause
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(crawled: &str, now: &str, schedule: &str) -> Freshness {
        Freshness::new(Some(crawled.parse().unwrap()), (schedule, "UTC"), now.parse().unwrap())
    }

    #[test]
    fn facts_are_outdated_once_two_scheduled_crawls_did_not_end() {
        let nightly = "0 3 * * *";
        let crawled = "2026-11-20T03:05:00Z";
        assert!(matches!(judged(crawled, "2026-11-22T02:59:00Z", nightly), Freshness::Fresh(_)));
        assert!(matches!(judged(crawled, "2026-11-22T03:01:00Z", nightly), Freshness::Outdated(_)));
    }

    #[test]
    fn a_schedule_that_cannot_be_read_counts_as_nightly() {
        let crawled = "2026-11-20T03:05:00Z";
        assert!(matches!(judged(crawled, "2026-11-22T03:00:00Z", "?"), Freshness::Fresh(_)));
        assert!(matches!(judged(crawled, "2026-11-22T03:10:00Z", "?"), Freshness::Outdated(_)));
    }

    #[test]
    fn the_longest_pause_of_a_schedule_is_that_over_its_quiet_days() {
        let from = "2026-11-20T03:05:00Z".parse().unwrap();
        let days = |cron| longest_pause((cron, "UTC"), from).num_days();
        assert_eq!(["0 3 * * *", "0 3 * * 1-5", "0 3 * * 0", "?"].map(days), [1, 3, 7, 1]);
    }

    #[test]
    fn what_was_never_crawled_says_so() {
        let now = "2026-11-20T03:05:00Z".parse().unwrap();
        assert_eq!(Freshness::new(None, ("0 3 * * *", "UTC"), now), Freshness::Never);
    }
}
