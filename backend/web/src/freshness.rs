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
    fn what_was_never_crawled_says_so() {
        let now = "2026-11-20T03:05:00Z".parse().unwrap();
        assert_eq!(Freshness::new(None, ("0 3 * * *", "UTC"), now), Freshness::Never);
    }
}
