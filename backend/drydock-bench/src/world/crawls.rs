//! The crawls that are kept, and what people keep beside them.

use chrono::TimeDelta;
use github_fake::Dice;
use store::seed::{CampaignRow, CrawlFailureRow, CrawlRow, SavedViewRow};

use super::calendar::Calendar;
use super::{Size, World};

/// How many crawls are kept: one a day.
const KEPT: i64 = 300;
/// Repositories that a crawl reads, of a thousand.
const READ_PER_MILLE: u64 = 40;

/// The last crawls and what failed in them.
pub(crate) fn crawls(size: Size, calendar: Calendar) -> (Vec<CrawlRow>, Vec<CrawlFailureRow>) {
    let dice = &mut Dice::new(!size.seed);
    let mut crawls = Vec::new();
    let mut failures = Vec::new();
    let first = (calendar.days() - KEPT).max(0);
    for (crawl_id, day) in (1..).zip(first..calendar.days()) {
        let has_failed = dice.happens(20) && day < calendar.last();
        let listed = i32::try_from(size.repositories).unwrap_or(i32::MAX);
        let some = size.repositories as u64 * READ_PER_MILLE / 1_000;
        let read = i32::try_from(dice.below(some + 1)).unwrap_or_default();
        let failed = i32::try_from(dice.below(6)).unwrap_or_default().min(read);
        let ended_at = calendar.crawled_at(day);
        crawls.push(CrawlRow {
            crawl_id,
            kind: if day % 7 == 0 { "full" } else { "listing" },
            trigger: if dice.happens(50) { "person" } else { "schedule" },
            state: if has_failed { "failed" } else { "done" },
            started_at: ended_at - TimeDelta::seconds(i64::from(20 + read)),
            ended_at,
            failure: has_failed.then_some("GitHub did not answer for an hour"),
            repositories_listed: listed,
            repositories_to_read: read,
            repositories_read: read - failed,
            repositories_unchanged: listed - read,
            repositories_failed: failed,
            dockerfiles: read * 3,
            blobs_fetched: read,
            rest_requests: read,
            graphql_requests: listed / 100 + read / 50,
            graphql_points: listed / 100 + read / 50,
        });
        failures.extend((0..failed).map(|_| CrawlFailureRow {
            crawl_id,
            repository_id: 1_000_000
                + i64::try_from(dice.index(size.repositories)).unwrap_or_default(),
            reason: "GitHub answered 502 at every attempt.",
        }));
    }
    (crawls, failures)
}

impl World {
    /// What somebody wants to be done by a day.
    pub(crate) fn campaigns(&self) -> Vec<CampaignRow> {
        let calendar = self.calendar;
        let campaign =
            |name, filter: String, items: &[&'static str], owner: usize, days| CampaignRow {
                name,
                filter,
                items: items.to_vec(),
                target_on: calendar.date(calendar.last()) + TimeDelta::days(days),
                owner: self.team(owner).to_owned(),
                created_at: calendar.crawled_at(calendar.days() / 3),
            };
        let of = |team: usize| format!("team={}", self.team(team));
        vec![
            campaign("Base images everywhere", String::new(), &["base-image"], 0, 90),
            campaign("Go services", "language=Go".to_owned(), &[], 1, 30),
            campaign("Nobody runs as root", of(2), &["non-root-user", "ports"], 2, -10),
            campaign("One team to the end", of(7), &[], 7, 400),
        ]
    }

    /// Addresses that somebody gave a name.
    pub(crate) fn views(&self) -> Vec<SavedViewRow> {
        let saved_at = self.calendar.crawled_at(self.calendar.last());
        let view = |name, page, query: String| SavedViewRow { name, page, query, saved_at };
        vec![
            view("Quick wins", "repositories", "quick=1".to_owned()),
            view("Ours", "repositories", format!("team={}", self.team(3))),
            view("Ports", "dockerfiles", "item=ports&verdict=left".to_owned()),
        ]
    }
}
