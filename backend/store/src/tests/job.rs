//! The queue and the schedules, as several workers see them.

use std::collections::HashSet;
use std::time::Duration;

use super::support::{acme, anna, at, lines};
use crate::testing::{TestStore, store};
use crate::{
    Holder, JobKind, NewJob, NewOrganization, OrganizationId, PRIORITY_PERSON, PRIORITY_SCHEDULE,
    Schedule, Schedules, Trigger,
};
use chrono::{DateTime, TimeDelta, Utc};

const LEASE: Duration = Duration::from_secs(60);

fn job(organization: OrganizationId, kind: JobKind) -> NewJob {
    NewJob {
        kind,
        organization,
        trigger: Trigger::Schedule,
        priority: PRIORITY_SCHEDULE,
        run_at: at(1),
    }
}

fn holder(name: &str) -> Holder<'_> {
    Holder { name, lease: LEASE, life: None }
}

async fn jobs(store: &TestStore) -> String {
    let sql = "SELECT concat_ws(' ', kind, trigger, state, 'attempt', attempt, last_error) FROM job
               ORDER BY job_id";
    lines(store, sql).await
}

#[tokio::test]
async fn a_job_that_is_queued_already_becomes_the_more_urgent_of_both() {
    let store = store().await;
    let acme = acme(&store).await;
    let first = store.enqueue(&job(acme, JobKind::FullCrawl), at(1)).await.unwrap();
    let wish = NewJob {
        trigger: Trigger::Person,
        priority: PRIORITY_PERSON,
        ..job(acme, JobKind::FullCrawl)
    };
    assert_eq!(store.enqueue(&wish, at(1)).await.unwrap(), first);
    insta::assert_snapshot!(jobs(&store).await, @"full-crawl person queued attempt 0");
}

#[tokio::test]
async fn two_jobs_of_one_organization_never_run_at_once() {
    let store = store().await;
    let acme = acme(&store).await;
    store.enqueue(&job(acme, JobKind::FullCrawl), at(1)).await.unwrap();
    store.enqueue(&job(acme, JobKind::ListingCrawl), at(1)).await.unwrap();
    let first = store.claim_job(holder("one"), at(2)).await.unwrap().unwrap();
    assert_eq!(store.claim_job(holder("two"), at(2)).await.unwrap(), None);
    assert!(store.finish_job(&first, at(2)).await.unwrap());
    assert!(store.claim_job(holder("two"), at(2)).await.unwrap().is_some());
}

#[tokio::test]
async fn many_workers_claim_each_organization_once() {
    let store = store().await;
    for number in 0..12 {
        let login = format!("org-{number}").parse().unwrap();
        let new = NewOrganization { login, is_sample: false };
        let id = store.add_organization(&new, at(1)).await.unwrap();
        store.enqueue(&job(id, JobKind::FullCrawl), at(1)).await.unwrap();
        store.enqueue(&job(id, JobKind::ListingCrawl), at(1)).await.unwrap();
    }
    let claims = (0..8).map(|worker| {
        let store = (*store).clone();
        tokio::spawn(async move {
            let mut claimed = Vec::new();
            let worker = format!("worker {worker}");
            while let Some(job) = store.claim_job(holder(&worker), at(2)).await.unwrap() {
                claimed.push(job.organization);
            }
            claimed
        })
    });
    let mut claimed = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        claimed.extend(claim.await.unwrap());
    }
    assert_eq!(claimed.len(), 12);
    assert_eq!(claimed.into_iter().collect::<HashSet<_>>().len(), 12);
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_cannot_end_the_job() {
    let store = store().await;
    let acme = acme(&store).await;
    store.enqueue(&job(acme, JobKind::FullCrawl), at(1)).await.unwrap();
    let lost = store.claim_job(holder("one"), at(2)).await.unwrap().unwrap();
    assert!(store.heartbeat(&lost, LEASE, at(2)).await.unwrap());
    let held = store.claim_job(holder("two"), at(3)).await.unwrap().unwrap();
    assert_eq!((held.id, held.attempt), (lost.id, 2));
    assert!(!store.heartbeat(&lost, LEASE, at(3)).await.unwrap());
    assert!(!store.finish_job(&lost, at(3)).await.unwrap());
    assert!(!store.fail_job(&lost, "late", LEASE, at(3)).await.unwrap());
    assert!(store.finish_job(&held, at(3)).await.unwrap());
    assert!(!store.finish_job(&held, at(3)).await.unwrap());
}

#[tokio::test]
async fn a_job_that_fails_waits_and_gives_up_after_five_attempts() {
    let store = store().await;
    let acme = acme(&store).await;
    store.enqueue(&job(acme, JobKind::FullCrawl), at(1)).await.unwrap();
    for day in 2..7 {
        let held = store.claim_job(holder("one"), at(day)).await.unwrap().unwrap();
        assert!(store.fail_job(&held, "no answer", LEASE, at(day)).await.unwrap());
        assert_eq!(store.claim_job(holder("one"), at(day)).await.unwrap(), None);
    }
    assert_eq!(store.claim_job(holder("one"), at(9)).await.unwrap(), None);
    insta::assert_snapshot!(jobs(&store).await, @"full-crawl schedule failed attempt 5 no answer");
}

#[tokio::test]
async fn a_job_whose_workers_die_is_given_up() {
    let store = store().await;
    let acme = acme(&store).await;
    store.enqueue(&job(acme, JobKind::FullCrawl), at(1)).await.unwrap();
    for day in 2..7 {
        assert!(store.claim_job(holder("doomed"), at(day)).await.unwrap().is_some());
    }
    assert_eq!(store.claim_job(holder("doomed"), at(7)).await.unwrap(), None);
    insta::assert_snapshot!(jobs(&store).await, @"full-crawl schedule failed attempt 5 its worker stopped answering at every attempt");
}

#[tokio::test]
async fn a_job_that_is_postponed_uses_no_attempt() {
    let store = store().await;
    let acme = acme(&store).await;
    store.enqueue(&job(acme, JobKind::FullCrawl), at(1)).await.unwrap();
    let held = store.claim_job(holder("one"), at(2)).await.unwrap().unwrap();
    assert!(store.postpone_job(&held, "the budget is used up", at(4), at(2)).await.unwrap());
    assert_eq!(store.claim_job(holder("one"), at(3)).await.unwrap(), None);
    assert_eq!(store.claim_job(holder("one"), at(4)).await.unwrap().unwrap().attempt, 1);
}

#[tokio::test]
async fn a_job_that_fails_yields_to_one_that_is_queued_in_its_place() {
    let store = store().await;
    let acme = acme(&store).await;
    store.enqueue(&job(acme, JobKind::FullCrawl), at(1)).await.unwrap();
    let held = store.claim_job(holder("one"), at(2)).await.unwrap().unwrap();
    store.enqueue(&job(acme, JobKind::FullCrawl), at(2)).await.unwrap();
    assert!(store.fail_job(&held, "no answer", LEASE, at(2)).await.unwrap());
    insta::assert_snapshot!(jobs(&store).await, @r"
    full-crawl schedule failed attempt 1 no answer
    full-crawl schedule queued attempt 0
    ");
}

#[tokio::test]
async fn a_new_job_wakes_a_worker() {
    let store = store().await;
    let acme = acme(&store).await;
    let mut wakeups = store.job_wakeups().await.unwrap();
    store.enqueue(&job(acme, JobKind::FullCrawl), at(1)).await.unwrap();
    let woken =
        tokio::time::timeout(Duration::from_secs(20), wakeups.wait(Duration::from_secs(60)));
    assert!(woken.await.is_ok());
    wakeups.wait(Duration::from_millis(1)).await;
}

/// Noon of the next day.
fn tomorrow(now: DateTime<Utc>) -> impl Fn(&Schedule) -> Option<DateTime<Utc>> + Sync {
    move |schedule| (schedule.kind == JobKind::FullCrawl).then(|| now + TimeDelta::days(1))
}

#[tokio::test]
async fn a_missed_schedule_is_caught_up_once() {
    let store = store().await;
    acme(&store).await;
    assert_eq!(store.run_due_schedules(at(1), &tomorrow(at(1))).await.unwrap(), 0);
    assert_eq!(store.run_due_schedules(at(1), &tomorrow(at(1))).await.unwrap(), 0);
    // Nobody was there for a week.
    assert_eq!(store.run_due_schedules(at(9), &tomorrow(at(9))).await.unwrap(), 1);
    assert_eq!(store.run_due_schedules(at(9), &tomorrow(at(9))).await.unwrap(), 0);
    insta::assert_snapshot!(jobs(&store).await, @"full-crawl schedule queued attempt 0");
}

#[tokio::test]
async fn two_processes_run_a_due_schedule_once() {
    let store = store().await;
    let acme = acme(&store).await;
    store.run_due_schedules(at(1), &tomorrow(at(1))).await.unwrap();
    let next = tomorrow(at(2));
    let (one, other) =
        tokio::join!(store.run_due_schedules(at(2), &next), store.run_due_schedules(at(2), &next));
    assert_eq!(one.unwrap() + other.unwrap(), 1);
    let schedules = Schedules {
        full: "0 4 * * *".to_owned(),
        listing: "*/5 * * * *".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
    };
    store.set_schedules(acme, &schedules, &anna(), at(20)).await.unwrap();
    // A schedule that was changed is planned anew; nothing falls due by that.
    assert_eq!(store.run_due_schedules(at(20), &tomorrow(at(20))).await.unwrap(), 0);
}

#[tokio::test]
async fn the_job_of_a_dead_process_is_free_at_once_and_that_of_a_living_one_is_not() {
    let store = store().await;
    let acme = acme(&store).await;
    store.enqueue(&job(acme, JobKind::FullCrawl), at(1)).await.unwrap();
    let life = store.life().await.unwrap();
    let living = Holder { life: Some(&life), ..holder("one") };
    let held = store.claim_job(living, at(2)).await.unwrap().unwrap();
    assert_eq!(store.claim_job(holder("two"), at(2)).await.unwrap(), None);
    drop(life);
    let mut taken = None;
    // Postgres notices the closed connection a moment later.
    while taken.is_none() {
        taken = store.claim_job(holder("two"), at(2)).await.unwrap();
    }
    assert_eq!(taken.unwrap().id, held.id);
    assert!(!store.heartbeat(&held, LEASE, at(2)).await.unwrap());
}

#[tokio::test]
async fn an_attempt_that_came_on_does_not_count_towards_the_last_one() {
    let store = store().await;
    let acme = acme(&store).await;
    let id = store.enqueue(&job(acme, JobKind::FullCrawl), at(1)).await.unwrap();
    for day in 2..12 {
        let held = store.claim_job(holder("one"), at(day)).await.unwrap().unwrap();
        assert_eq!((held.id, held.attempt <= 2), (id, true));
        store.came_on(id).await.unwrap();
    }
}
