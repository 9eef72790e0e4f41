//! Workers: schedules, jobs, and several of them at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use checklist::Item;
use chrono::{DateTime, TimeDelta, Utc};
use crawl::{Backfill, Clock, PresentCatalog, Worker};
use github_fake::{Fault, FaultRule, On};
use store::decision::NewDecision;
use store::{CrawlKind, DecisionKind, JobKind, NewJob, PRIORITY_PERSON, Trigger};
use tokio_util::sync::CancellationToken;

use crate::support::{Failure, Line, Test, now, world};

/// A clock that a test can move, in seconds after the beginning.
#[derive(Clone, Default)]
pub(crate) struct Hands(Arc<AtomicI64>);

impl Hands {
    pub(crate) fn clock(&self) -> Clock {
        let hands = Arc::clone(&self.0);
        Arc::new(move || moment(hands.load(Ordering::Relaxed)))
    }

    pub(crate) fn forward(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_seconds(), Ordering::Relaxed);
    }
}

fn moment(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

fn worker(line: &Line, name: &str, hands: &Hands) -> Worker {
    let client = line.client.clone();
    Worker {
        store: (*line.store).clone(),
        name: name.to_owned(),
        clients: Arc::new(move |_| Some(client.clone())),
        lease: Duration::from_secs(60),
        backfill: Backfill { share: 0, months: 12 },
        catalog: PresentCatalog::built_in(),
        catalog_source: None,
        clock: hands.clock(),
    }
}

async fn crawl_now(line: &Line) -> Result<(), Failure> {
    let organization = line.store.organization(&line.organization).await?.ok_or("none")?;
    let job = NewJob {
        kind: JobKind::FullCrawl,
        organization: organization.id,
        trigger: Trigger::Person,
        priority: PRIORITY_PERSON,
        run_at: now(),
    };
    line.store.enqueue(&job, now()).await?;
    Ok(())
}

#[tokio::test]
async fn a_wish_to_crawl_now_is_crawled_once() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    let worker = worker(&line, "one", &Hands::default());
    let stop = CancellationToken::new();
    assert!(!worker.work_once(&stop).await?);
    crawl_now(&line).await?;
    assert!(worker.work_once(&stop).await?);
    assert!(!worker.work_once(&stop).await?);
    assert_eq!(line.paths().await, ["shop/Dockerfile"]);
    Ok(())
}

#[tokio::test]
async fn schedules_that_were_missed_are_caught_up_once() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    let hands = Hands::default();
    let worker = worker(&line, "one", &hands);
    let stop = CancellationToken::new();
    assert!(!worker.work_once(&stop).await?, "a new schedule has missed nothing");
    hands.forward(TimeDelta::days(3));
    // The nightly crawl and the cheap one, once each.
    assert!(worker.work_once(&stop).await?);
    assert!(worker.work_once(&stop).await?);
    assert!(!worker.work_once(&stop).await?);
    assert_eq!(line.paths().await, ["shop/Dockerfile"]);
    Ok(())
}

#[tokio::test]
async fn a_job_that_fails_is_tried_again_later() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    let hands = Hands::default();
    let worker = worker(&line, "one", &hands);
    let stop = CancellationToken::new();
    crawl_now(&line).await?;
    line.fake.fault(FaultRule::new(On::Graphql, Fault::Status(500)).times(4));
    assert!(worker.work_once(&stop).await?);
    assert!(!worker.work_once(&stop).await?, "not before its time");
    hands.forward(TimeDelta::seconds(60));
    assert!(worker.work_once(&stop).await?);
    assert_eq!(line.paths().await, ["shop/Dockerfile"]);
    Ok(())
}

#[tokio::test]
async fn two_workers_crawl_an_organization_once() -> Test {
    let line = Line::start(world(&["shop", "billing", "search"])?).await?;
    let hands = Hands::default();
    let stop = CancellationToken::new();
    crawl_now(&line).await?;
    let (one, two) = (worker(&line, "one", &hands), worker(&line, "two", &hands));
    let (one, two) = tokio::join!(one.work_once(&stop), two.work_once(&stop));
    assert!(one? != two?, "exactly one of them had something to do");
    assert_eq!(line.fake.account().trees, 3);
    Ok(())
}

#[tokio::test]
async fn a_stopped_worker_gives_its_job_to_the_next_one() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    let hands = Hands::default();
    crawl_now(&line).await?;
    line.fake.fault(FaultRule::new(On::Any, Fault::Late(Duration::from_secs(30))));
    let stop = CancellationToken::new();
    let first = worker(&line, "one", &hands);
    let stopping = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        stop.cancel();
    };
    tokio::join!(first.run(&stop), stopping);
    line.fake.clear_faults();
    assert_eq!(line.paths().await, Vec::<String>::new());
    assert!(worker(&line, "two", &hands).work_once(&CancellationToken::new()).await?);
    assert_eq!(line.paths().await, ["shop/Dockerfile"]);
    Ok(())
}

#[tokio::test]
async fn a_worker_goes_on_after_a_job_that_took_it_down() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    crawl_now(&line).await?;
    let hands = Hands::default();
    let (client, asked) = (line.client.clone(), AtomicI64::new(0));
    let clients = move |_: &names::OrgLogin| {
        assert!(asked.fetch_add(1, Ordering::Relaxed) > 0, "the first attempt fails on purpose");
        Some(client.clone())
    };
    let worker = Worker { clients: Arc::new(clients), ..worker(&line, "one", &hands) };
    let stop = CancellationToken::new();
    let stopping = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        stop.cancel();
    };
    tokio::join!(worker.run(&stop), stopping);
    hands.forward(TimeDelta::minutes(2));
    assert!(worker.work_once(&CancellationToken::new()).await?);
    assert_eq!(line.paths().await, ["shop/Dockerfile"]);
    Ok(())
}

#[tokio::test]
async fn a_running_worker_is_woken_by_a_new_job() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    let worker = worker(&line, "one", &Hands::default());
    let stop = CancellationToken::new();
    let working = worker.run(&stop);
    let waiting = async {
        // Longer than it takes to begin listening; far shorter than the polling.
        tokio::time::sleep(Duration::from_millis(300)).await;
        crawl_now(&line).await?;
        for _ in 0..50 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if !line.paths().await.is_empty() {
                break;
            }
        }
        stop.cancel();
        Ok::<(), Failure>(())
    };
    let ((), waited) = tokio::join!(working, waiting);
    waited?;
    assert_eq!(line.paths().await, ["shop/Dockerfile"]);
    Ok(())
}

/// Whether a number that a statement counts is more than zero within five seconds.
async fn comes(connection: &mut sqlx::PgConnection, count: &'static str) -> Result<bool, Failure> {
    for _ in 0..250 {
        let counted: i64 = sqlx::query_scalar(count).fetch_one(&mut *connection).await?;
        if counted > 0 {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(false)
}

#[tokio::test]
async fn a_running_crawl_goes_on_while_its_worker_waits_to_claim_the_next() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    line.fake.fault(FaultRule::new(On::Graphql, Fault::Late(Duration::from_secs(2))).times(1));
    crawl_now(&line).await?;
    let worker = worker(&line, "one", &Hands::default());
    let stop = CancellationToken::new();
    let watch = async {
        let _stops = stop.clone().drop_guard();
        let mut watcher = line.store.pool().acquire().await?.detach();
        assert!(comes(&mut watcher, "SELECT count(*) FROM crawl").await?, "the crawl begins");
        let mut queue_is_busy = sqlx::Connection::begin(&mut watcher).await?;
        sqlx::query("LOCK TABLE job IN SHARE ROW EXCLUSIVE MODE")
            .execute(&mut *queue_is_busy)
            .await?;
        sqlx::query("SELECT pg_notify('drydock_job', '')").execute(line.store.pool()).await?;
        let waits = "SELECT count(*) FROM pg_locks WHERE relation = 'job'::regclass \
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
                     AND NOT granted";
        assert!(comes(&mut queue_is_busy, waits).await?, "the worker claims");
        let saved = "SELECT count(*) FROM dockerfile";
        assert!(comes(&mut queue_is_busy, saved).await?, "the crawl stands still");
        Test::Ok(())
    };
    let ((), watched) = tokio::join!(worker.run(&stop), watch);
    watched
}

#[tokio::test]
async fn a_worker_that_starts_ends_what_expired_meanwhile() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let path = "Dockerfile".parse()?;
    let file = line.store.dockerfile(line.id("acme/shop")?, &path).await?.ok_or("none")?;
    let until_today = NewDecision {
        dockerfile: file.id,
        item: Item::BaseImage,
        kind: DecisionKind::Waived,
        reason: "moved next week".to_owned(),
        decided_by: "Ada".to_owned(),
        expires_on: Some(now().date_naive()),
        evidence: file.evidence(Item::BaseImage),
    };
    line.store
        .decide(&until_today, &store::Actor::command_line(), now())
        .await?
        .map_err(|it| it.to_string())?;
    let hands = Hands::default();
    hands.forward(TimeDelta::days(1));
    let stop = CancellationToken::new();
    let worker = worker(&line, "one", &hands);
    let watch = async {
        let standing = "SELECT count(*) FROM decision WHERE ended_at IS NULL";
        for _ in 0..200 {
            let standing: i64 = sqlx::query_scalar(standing).fetch_one(line.store.pool()).await?;
            if standing == 0 {
                stop.cancel();
                return Test::Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
        Err("it still stands".into())
    };
    let ((), ended) = tokio::join!(worker.run(&stop), watch);
    ended
}
