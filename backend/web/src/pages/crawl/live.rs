//! What of a crawl's page changes while it runs: how far it is, how fast, what it spent,
//! what it waits for, and what failed.

use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use names::OrgLogin;
use store::read::crawls::{CrawlFailure, CrawlSummary};

use crate::app::App;
use crate::error::{AppError, page};
use crate::format::{Moment, counted, duration, number};
use crate::links;
use crate::pages::crawls::{CrawlRow, Headway};
use crate::prose::clause;
use crate::seen::SeenCrawl;

/// Failures shown; one crawl of a broken organization may have thousands.
const SHOWN_FAILURES: i64 = 500;

/// The live part, as the page's template shows it.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) row: CrawlRow,
    /// What it waits for and until when, as one sentence.
    pub(super) waiting: Option<String>,
    /// "34 repositories a minute".
    pub(super) rate: Option<String>,
    pub(super) rest_left: Option<String>,
    pub(super) points_left: Option<String>,
    /// When the budget comes back: "in 23 min".
    pub(super) comes_back: Option<(String, Moment)>,
    pub(super) failures: Vec<Failure>,
}

/// The live part alone, for the event stream.
#[derive(Template)]
#[template(path = "parts/crawl-live.html")]
struct LivePart<'a> {
    live: &'a Live,
}

/// What failed, and where.
#[derive(Debug)]
pub(super) struct Failure {
    /// The repository and its page.
    pub(super) repository: Option<(String, String)>,
    pub(super) path: String,
    pub(super) reason: String,
}

impl Live {
    pub(super) async fn read(app: &App, seen: &SeenCrawl) -> Result<Self, AppError> {
        let failures = app.crawl_failures(seen, SHOWN_FAILURES).await?;
        Ok(Self::new(seen, failures, app.now()))
    }

    /// The part alone.
    pub(super) fn html(&self) -> Result<String, AppError> {
        Ok(page(&LivePart { live: self })?.0)
    }

    fn new(seen: &SeenCrawl, failures: Vec<CrawlFailure>, now: DateTime<Utc>) -> Self {
        let crawl = &seen.crawl;
        let row = CrawlRow::new(seen, now);
        let budget = if row.is_running { crawl.budget.clone() } else { Default::default() };
        let comes_back = budget.resets_at.filter(|it| *it > now);
        Self {
            waiting: budget.waiting_for.map(|it| waiting(&it, budget.waiting_until, now)),
            rate: rate(crawl, now),
            rest_left: budget.rest_left.map(number),
            points_left: budget.graphql_left.map(number),
            comes_back: comes_back.map(|it| (until(it, now), Moment::new(it, now))),
            failures: failures.into_iter().map(|it| Failure::new(&crawl.owner, it)).collect(),
            row,
        }
    }
}

impl Failure {
    fn new(owner: &OrgLogin, failure: CrawlFailure) -> Self {
        let repository =
            failure.repository.map(|it| (it.to_string(), links::repository(owner, &it)));
        Self { repository, path: failure.path.unwrap_or_default(), reason: failure.reason }
    }
}

/// "GitHub's budget is used up; the crawl goes on at 14:32 UTC (in 23 min)." Without a
/// time, GitHub's reason.
fn waiting(reason: &str, ends: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
    match ends {
        Some(ends) => format!(
            "GitHub's budget is used up; the crawl goes on at {} ({}).",
            ends.format("%H:%M UTC"),
            until(ends, now)
        ),
        None => format!("{}. The crawl goes on by itself.", clause(reason)),
    }
}

/// "in 23 min", rounded up, because a minute that has begun still has to pass.
fn until(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match (at - now).num_seconds() {
        ..=0 => "now".to_owned(),
        seconds @ 1..=59 => format!("in {seconds} s"),
        seconds => format!("in {}", duration(TimeDelta::minutes((seconds + 59) / 60))),
    }
}

/// How many repositories are done in a minute; silent until there is a pace.
fn rate(crawl: &CrawlSummary, now: DateTime<Utc>) -> Option<String> {
    let seconds = (crawl.ended_at.unwrap_or(now) - crawl.started_at).num_seconds();
    let done = i64::from(crawl.read + crawl.failed);
    let is_told = done > 0 && seconds >= 5;
    is_told.then(|| counted(done * 60 / seconds, "repository a minute", "repositories a minute"))
}

#[cfg(test)]
mod tests {
    use store::CrawlBudget;

    use super::*;
    use crate::pages::crawls::running;

    fn at(moment: &str) -> DateTime<Utc> {
        moment.parse().unwrap()
    }

    fn shown(budget: CrawlBudget) -> String {
        let crawl = CrawlSummary { budget, ..running(200, 50) };
        let seen = SeenCrawl { crawl, is_whole: true };
        let html = Live::new(&seen, Vec::new(), at("2026-11-23T13:01:00Z")).html().unwrap();
        crate::testing::words(&format!("<main>{html}</main>"))
    }

    #[test]
    fn a_crawl_that_reads_says_its_pace_and_its_end() {
        let words = shown(CrawlBudget::default());
        for told in ["50 of 200", "about 3 min left", "50 repositories a minute"] {
            assert!(words.contains(told), "{words}");
        }
    }

    #[test]
    fn a_crawl_that_waits_says_for_what_and_until_when() {
        let words = shown(CrawlBudget {
            waiting_for: Some("GitHub's rate limit is reached until 13:23".to_owned()),
            waiting_until: Some(at("2026-11-23T13:23:30Z")),
            ..CrawlBudget::default()
        });
        let told = "GitHub's budget is used up; the crawl goes on at 13:23 UTC (in 23 min).";
        assert!(words.contains(told), "{words}");
    }

    #[test]
    fn what_is_left_of_the_budget_is_told_with_the_time_when_it_comes_back() {
        let words = shown(CrawlBudget {
            rest_left: Some(4_321),
            graphql_left: Some(4_990),
            resets_at: Some(at("2026-11-23T13:31:00Z")),
            ..CrawlBudget::default()
        });
        for told in ["4,321 left", "4,990 left", "in 30 min"] {
            assert!(words.contains(told), "{words}");
        }
    }
}
