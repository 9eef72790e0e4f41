//! What waits, runs and comes next for one organization, in words.

use chrono::{DateTime, Utc};
use store::read::queues::OrganizationQueue;

use crate::app::ReadSchedule;
use crate::format::{Moment, duration};
use crate::links;
use crate::prose::clause;

/// One organization's queue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Queue {
    pub(crate) owner: String,
    pub(crate) link: String,
    pub(crate) crawl_action: String,
    pub(crate) state: QueueState,
    /// "in 13 h 5 min", with the exact time.
    pub(crate) next_full: Option<(String, Moment)>,
    pub(crate) next_listing: Option<(String, Moment)>,
    /// When, in words: "every night at 03:00 UTC".
    pub(crate) full_schedule: String,
    pub(crate) listing_schedule: String,
}

/// What happens for it at this moment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum QueueState {
    /// Nothing.
    Idle,
    /// A crawl runs, and this one follows it.
    Running { link: String, one_follows: bool },
    /// A worker has taken it up.
    Starting,
    /// A crawl waits for its turn.
    Queued(String),
}

impl Queue {
    pub(crate) fn new(queue: &OrganizationQueue, read: ReadSchedule, now: DateTime<Utc>) -> Self {
        let words = |cron: &str| read(cron, &queue.time_zone, now).words;
        let next = |at: Option<DateTime<Utc>>| at.map(|it| (until(it, now), Moment::new(it, now)));
        Self {
            owner: queue.owner.to_string(),
            link: links::organization(&queue.owner),
            crawl_action: links::crawl_now(&queue.owner),
            state: QueueState::new(queue, now),
            next_full: next(queue.next_full_at),
            next_listing: next(queue.next_listing_at),
            full_schedule: words(&queue.full_schedule),
            listing_schedule: words(&queue.listing_schedule),
        }
    }
}

impl QueueState {
    fn new(queue: &OrganizationQueue, now: DateTime<Utc>) -> Self {
        let is_queued = queue.queued_at.is_some();
        match (queue.running_crawl, is_queued) {
            (Some(id), one_follows) => Self::Running { link: links::crawl(id), one_follows },
            (None, true) => Self::Queued(waiting(queue, now)),
            (None, false) if queue.is_claimed => Self::Starting,
            (None, false) => Self::Idle,
        }
    }

    /// Whether the page that shows it is worth fetching again soon.
    pub(crate) fn is_lively(&self) -> bool {
        match self {
            Self::Idle => false,
            Self::Running { .. } | Self::Starting | Self::Queued(_) => true,
        }
    }
}

fn waiting(queue: &OrganizationQueue, now: DateTime<Utc>) -> String {
    let late = queue.queued_until.filter(|it| *it > now).map(|it| until(it, now));
    match (late, &queue.queued_error) {
        (Some(until), Some(error)) => {
            format!("It is tried again {until}. The last attempt failed: {}.", clause(error))
        }
        (Some(until), None) => format!("It starts {until}."),
        (None, Some(error)) => {
            format!("It is tried again in a moment. The last attempt failed: {}.", clause(error))
        }
        (None, None) => "It starts in a moment.".to_owned(),
    }
}

/// "in 5 min"; what should have happened is "due now".
fn until(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let left = at - now;
    match left.num_minutes() {
        _ if left.num_seconds() <= 0 => "due now".to_owned(),
        0 => "in less than a minute".to_owned(),
        minutes => format!("in {}", duration(chrono::TimeDelta::minutes(minutes))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cron: &str, _: &str, _: DateTime<Utc>) -> crate::ScheduleReading {
        crate::ScheduleReading { words: format!("words of {cron}"), next: Vec::new() }
    }

    fn queue() -> OrganizationQueue {
        OrganizationQueue {
            organization_id: 1,
            is_whole: true,
            owner: "acme".parse().unwrap(),
            full_schedule: "0 3 * * *".to_owned(),
            listing_schedule: "*/10 * * * *".to_owned(),
            time_zone: "UTC".to_owned(),
            next_full_at: Some("2026-11-24T03:00:00Z".parse().unwrap()),
            next_listing_at: None,
            queued_at: None,
            queued_until: None,
            queued_error: None,
            is_claimed: false,
            running_crawl: None,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-23T13:55:00Z".parse().unwrap()
    }

    #[test]
    fn the_next_run_is_told_by_how_long_it_takes_until_then() {
        let shown = Queue::new(&queue(), read, now());
        assert_eq!(shown.next_full.unwrap().0, "in 13 h 5 min");
        assert_eq!(shown.state, QueueState::Idle);
    }

    #[test]
    fn a_crawl_that_failed_says_when_and_why_it_is_tried_again() {
        let mut failed = queue();
        failed.queued_at = Some(now());
        failed.queued_until = Some("2026-11-23T13:57:00Z".parse().unwrap());
        failed.queued_error = Some("GitHub did not answer".to_owned());
        let told = "It is tried again in 2 min. The last attempt failed: GitHub did not answer.";
        assert_eq!(Queue::new(&failed, read, now()).state, QueueState::Queued(told.to_owned()));
    }

    #[test]
    fn a_crawl_asked_for_while_one_runs_follows_it() {
        let mut busy = queue();
        busy.queued_at = Some(now());
        busy.running_crawl = Some(7);
        let state = Queue::new(&busy, read, now()).state;
        assert_eq!(state, QueueState::Running { link: "/crawls/7".to_owned(), one_follows: true });
    }
}
