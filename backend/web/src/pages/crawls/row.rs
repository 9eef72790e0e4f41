//! One crawl as a line of the list and as the head of its own page.

use chrono::{DateTime, TimeDelta, Utc};
use store::read::crawls::{CrawlState, CrawlSummary};
use store::{CrawlKind, Trigger};

use crate::format::{self, Moment};
use crate::links;
use crate::prose::Prose;
use crate::seen::SeenCrawl;

/// In the place of a reason that may name what is hidden from the reader.
const UNTOLD: &str = "Why is told to who sees the whole organization.";

/// One crawl in words and numbers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CrawlRow {
    pub(crate) id: i64,
    pub(crate) link: String,
    pub(crate) owner: String,
    pub(crate) owner_link: String,
    pub(crate) kind: &'static str,
    pub(crate) trigger: &'static str,
    /// `running`, `done` or `failed`.
    pub(crate) state: &'static str,
    pub(crate) is_running: bool,
    /// Its counts may be shown.
    pub(crate) is_whole: bool,
    /// Why it failed.
    pub(crate) failure: Option<Prose>,
    pub(crate) started: Moment,
    pub(crate) took: String,
    pub(crate) listed: String,
    pub(crate) read: String,
    pub(crate) unchanged: String,
    pub(crate) failed: u32,
    pub(crate) dockerfiles: String,
    pub(crate) blobs: String,
    pub(crate) rest: String,
    pub(crate) graphql: String,
    pub(crate) points: String,
    pub(crate) headway: Headway,
}

/// How far a running crawl is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Headway {
    /// The listing is not through yet; so many repositories so far.
    Listing(String),
    /// So many of those that changed are done.
    Reading {
        /// Done, well or not.
        done: u32,
        /// Of so many.
        all: u32,
        /// "about 2 min left".
        left: String,
    },
    /// It runs, and how far it is tells of more than the reader sees.
    Unsaid,
    /// It does not run any more.
    Over,
}

impl CrawlRow {
    pub(crate) fn new(seen: &SeenCrawl, now: DateTime<Utc>) -> Self {
        let SeenCrawl { crawl, is_whole } = seen;
        let number = |it: u32| format::number(it.into());
        let (state, failure) = match &crawl.state {
            CrawlState::Running => ("running", None),
            CrawlState::Done => ("done", None),
            CrawlState::Failed(_) if !is_whole => ("failed", Some(Prose::of(UNTOLD))),
            CrawlState::Failed(reason) => ("failed", Some(Prose::sentence(reason))),
        };
        let elapsed = crawl.ended_at.unwrap_or(now) - crawl.started_at;
        Self {
            id: crawl.id,
            link: links::crawl(crawl.id),
            owner: crawl.owner.to_string(),
            owner_link: links::organization(&crawl.owner),
            kind: kind(crawl.kind),
            trigger: trigger(crawl.trigger),
            state,
            is_running: crawl.state == CrawlState::Running,
            is_whole: *is_whole,
            failure,
            started: Moment::new(crawl.started_at, now),
            took: format::duration(elapsed),
            listed: number(crawl.listed),
            read: number(crawl.read),
            unchanged: number(crawl.unchanged),
            failed: crawl.failed,
            dockerfiles: number(crawl.dockerfiles),
            blobs: number(crawl.blobs_fetched),
            rest: number(crawl.rest_requests),
            graphql: number(crawl.graphql_requests),
            points: number(crawl.graphql_points),
            headway: headway(seen, now),
        }
    }
}

fn headway(SeenCrawl { crawl, is_whole }: &SeenCrawl, now: DateTime<Utc>) -> Headway {
    if crawl.state != CrawlState::Running {
        return Headway::Over;
    }
    if !is_whole {
        return Headway::Unsaid;
    }
    if crawl.to_read == 0 {
        return Headway::Listing(format::counted(
            crawl.listed.into(),
            "repository",
            "repositories",
        ));
    }
    let done = (crawl.read + crawl.failed).min(crawl.to_read);
    Headway::Reading { done, all: crawl.to_read, left: left(crawl, done, now) }
}

/// How long it still takes at the pace so far, once the wait is over that it may be in;
/// silent until there is a pace.
fn left(crawl: &CrawlSummary, done: u32, now: DateTime<Utc>) -> String {
    let seconds = (now - crawl.started_at).num_seconds();
    let open = crawl.to_read - done;
    if done == 0 || seconds < 5 || open == 0 {
        return String::new();
    }
    let ends = crawl.budget.waiting_until.unwrap_or(now);
    let wait = (ends - now).num_seconds().max(0);
    let left = wait + seconds * i64::from(open) / i64::from(done);
    format!("about {} left", format::duration(TimeDelta::seconds(left)))
}

fn kind(kind: CrawlKind) -> &'static str {
    match kind {
        CrawlKind::Full => "full",
        CrawlKind::Listing => "what is new",
        CrawlKind::Touched => "what was named",
    }
}

fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Schedule => "by schedule",
        Trigger::Person => "asked for on a page",
        Trigger::Command => "by command",
        Trigger::First => "first crawl",
        Trigger::Webhook => "by a webhook",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn running(to_read: u32, read: u32) -> CrawlSummary {
        CrawlSummary {
            id: 7,
            organization_id: 1,
            owner: "acme".parse().unwrap(),
            kind: CrawlKind::Full,
            trigger: Trigger::Person,
            state: CrawlState::Running,
            started_at: "2026-11-23T13:00:00Z".parse().unwrap(),
            ended_at: None,
            listed: 240,
            to_read,
            read,
            unchanged: 40,
            failed: 0,
            dockerfiles: 12,
            blobs_fetched: 9,
            rest_requests: 30,
            graphql_requests: 4,
            graphql_points: 6,
            budget: store::CrawlBudget::default(),
        }
    }

    fn seen(crawl: &CrawlSummary) -> SeenCrawl {
        SeenCrawl { crawl: crawl.clone(), is_whole: true }
    }

    fn headway(crawl: &CrawlSummary) -> Headway {
        CrawlRow::new(&seen(crawl), "2026-11-23T13:01:00Z".parse().unwrap()).headway
    }

    #[test]
    fn a_crawl_that_still_lists_says_how_much_it_has_seen() {
        assert_eq!(headway(&running(0, 0)), Headway::Listing("240 repositories".to_owned()));
    }

    #[test]
    fn a_crawl_that_reads_says_how_long_it_still_takes() {
        let left = "about 3 min left".to_owned();
        assert_eq!(headway(&running(200, 50)), Headway::Reading { done: 50, all: 200, left });
    }

    #[test]
    fn a_crawl_that_waits_still_takes_as_long_as_it_waits_too() {
        let mut crawl = running(200, 50);
        crawl.budget.waiting_until = Some("2026-11-23T13:21:00Z".parse().unwrap());
        let left = "about 23 min left".to_owned();
        assert_eq!(headway(&crawl), Headway::Reading { done: 50, all: 200, left });
    }

    #[test]
    fn a_repository_that_failed_is_done_too() {
        let mut crawl = running(4, 3);
        crawl.failed = 1;
        assert!(matches!(headway(&crawl), Headway::Reading { done: 4, all: 4, .. }));
    }

    #[test]
    fn a_crawl_that_ended_took_as_long_as_it_ran() {
        let mut crawl = running(4, 4);
        crawl.state = CrawlState::Failed("GitHub did not answer".to_owned());
        crawl.ended_at = Some("2026-11-23T13:00:42Z".parse().unwrap());
        let row = CrawlRow::new(&seen(&crawl), "2026-11-23T15:00:00Z".parse().unwrap());
        assert_eq!((row.took.as_str(), row.state), ("42 s", "failed"));
        assert_eq!(row.headway, Headway::Over);
    }
}
