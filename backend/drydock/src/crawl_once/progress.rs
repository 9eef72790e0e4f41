//! The progress of one crawl as a bar: how far, how fast, what it cost, what is left of
//! GitHub's budget, when it ends, what failed, and what it waits for.

use chrono::TimeDelta;
use crawl::{Progress, Waiting};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use store::CrawlCounts;

/// Before that there is no pace to tell an end by.
const FIRST_SECONDS: i64 = 5;

/// A bar on standard error, shown only to a terminal.
pub(super) fn bar() -> ProgressBar {
    let template = "{bar:24} {pos} of {len} repositories read ({elapsed})\n{wide_msg}";
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()).with_style(style)
}

/// Shows how far a crawl is that has run for so long.
pub(super) fn show(bar: &ProgressBar, progress: &Progress, elapsed: TimeDelta) {
    let counts = &progress.counts;
    bar.set_length(u64::from(counts.repositories_to_read));
    bar.set_position(u64::from(done(counts)));
    bar.set_message(words(progress, elapsed));
}

/// Repositories that need nothing more, well or not.
fn done(counts: &CrawlCounts) -> u32 {
    counts.repositories_read + counts.repositories_failed
}

/// What it waits for, and else its pace; then its cost and its failures.
fn words(progress: &Progress, elapsed: TimeDelta) -> String {
    let failed = progress.counts.repositories_failed;
    let first = match &progress.waiting {
        Some(waiting) => Some(waits(waiting)),
        None => pace(&progress.counts, elapsed),
    };
    let failed = (failed > 0).then(|| format!("{failed} failed"));
    [first, Some(cost(progress)), failed].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn waits(waiting: &Waiting) -> String {
    match waiting.until {
        Some(until) => {
            format!("GitHub's budget is used up, goes on at {}", until.format("%H:%M:%S UTC"))
        }
        None => format!("{}, goes on by itself", waiting.reason),
    }
}

/// "34 a minute, about 3 min left"; none until there is a pace.
fn pace(counts: &CrawlCounts, elapsed: TimeDelta) -> Option<String> {
    let (done, all) = (i64::from(done(counts)), i64::from(counts.repositories_to_read));
    let seconds = elapsed.num_seconds();
    if done == 0 || seconds < FIRST_SECONDS {
        return None;
    }
    let left = seconds * (all - done).max(0) / done;
    let left = if left < 60 { format!("{left} s") } else { format!("{} min", left / 60) };
    Some(format!("{} a minute, about {left} left", done * 60 / seconds))
}

/// "120 REST requests (4,880 left), 3 GraphQL requests, 5 points (4,995 left)".
fn cost(progress: &Progress) -> String {
    let spent = &progress.spent;
    let left = |it: Option<i64>| it.map_or_else(String::new, |it| format!(" ({it} left)"));
    format!(
        "{} REST requests{}, {} GraphQL requests, {} points{}",
        spent.rest_requests,
        left(spent.rest_left),
        spent.graphql_requests,
        spent.graphql_points,
        left(spent.graphql_left),
    )
}

#[cfg(test)]
mod tests {
    use github::Spent;

    use super::*;

    fn progress() -> Progress {
        let counts = CrawlCounts {
            repositories_to_read: 100,
            repositories_read: 24,
            repositories_failed: 1,
            ..CrawlCounts::default()
        };
        let spent = Spent {
            rest_requests: 25,
            graphql_requests: 3,
            graphql_points: 4,
            rest_left: Some(4_975),
            ..Spent::default()
        };
        Progress { counts, waiting: None, spent }
    }

    #[test]
    fn a_crawl_tells_its_pace_its_cost_and_its_failures() {
        let told = words(&progress(), TimeDelta::seconds(60));
        assert_eq!(
            told,
            "25 a minute, about 3 min left; 25 REST requests (4975 left), \
             3 GraphQL requests, 4 points; 1 failed"
        );
    }

    #[test]
    fn a_crawl_that_waits_tells_for_what_and_until_when() {
        let until = "2026-11-26T14:32:00Z".parse().unwrap();
        let waiting =
            Waiting { reason: "GitHub's rate limit is reached".to_owned(), until: Some(until) };
        let told = words(&Progress { waiting: Some(waiting), ..progress() }, TimeDelta::zero());
        assert!(
            told.starts_with("GitHub's budget is used up, goes on at 14:32:00 UTC; "),
            "{told}"
        );
    }
}
