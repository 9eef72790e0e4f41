//! The history before the first crawl: what it says, what it costs, and where it goes on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use checklist::Catalog;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use crawl::{Backfill, PresentCatalog, Worker, engine_version};
use github_fake::{Fault, FaultRule, NewRepository, On, Options, Push, World};
use store::read::standing::Tally;
use store::{CrawlKind, JobKind, NewJob, PRIORITY_PERSON, Trigger};
use tokio_util::sync::CancellationToken;

use crate::support::{Failure, Line, Test, now};

const OLD: &str = "FROM node:22\nEXPOSE 80\nRUN apt-get install -y curl\nUSER root\n";
const BETTER: &str = "FROM node:22\nEXPOSE 8080\nUSER root\n";
const BASE: &str = "FROM dhi.io/node:22\nEXPOSE 80\nUSER root\n";
const DONE: &str = "FROM dhi.io/node:22-dev AS build\nRUN npm ci\nFROM dhi.io/node:22\nCMD [\"node\", \"/a.js\"]\n";

/// Noon of a day so many days before the crawls of these tests.
fn noon(days: i64) -> DateTime<Utc> {
    (now().date_naive() - TimeDelta::days(days)).and_time(NaiveTime::MIN).and_utc()
        + TimeDelta::hours(12)
}

fn day(days: i64) -> NaiveDate {
    noon(days).date_naive()
}

/// A repository, a path, and what stood there since how many days ago.
type Past<'a> = (&'a str, &'a str, &'a [(i64, &'a str)]);

/// An organization whose repositories had these contents, so many days ago, oldest first.
fn world(past: &[Past<'_>]) -> Result<World, Failure> {
    let mut world = World::new(now());
    world.add_organization("acme")?;
    let mut pushes = Vec::new();
    for (repository, path, contents) in past {
        let name = format!("acme/{repository}");
        if world.repository_mut(&name).is_err() {
            let new = NewRepository::named("acme", repository)?;
            world.create(NewRepository { created_at: Some(noon(1_000)), ..new })?;
        }
        for (days, text) in *contents {
            let push = Push::new("Change").at(noon(*days));
            let push = if text.is_empty() { push.remove(path) } else { push.file(path, text) };
            pushes.push((*days, name.clone(), push));
        }
    }
    pushes.sort_by_key(|it| std::cmp::Reverse(it.0));
    for (_, name, push) in pushes {
        world.push(&name, push)?;
    }
    Ok(world)
}

fn worker(line: &Line, share: u8, moment: DateTime<Utc>) -> Worker {
    let client = line.client.clone();
    Worker {
        store: (*line.store).clone(),
        name: "one".to_owned(),
        clients: Arc::new(move |_| Some(client.clone())),
        lease: Duration::from_secs(60),
        backfill: Backfill { share, months: 12 },
        catalog: PresentCatalog::built_in(),
        catalog_source: None,
        clock: Arc::new(move || moment),
    }
}

/// Crawls, then works until nothing is to do; how many jobs that took.
async fn work(line: &Line, worker: &Worker) -> Result<usize, Failure> {
    let organization = line.store.organization(&line.organization).await?.ok_or("none")?;
    let (moment, stop) = ((worker.clock)(), CancellationToken::new());
    let job = NewJob {
        kind: JobKind::FullCrawl,
        organization: organization.id,
        trigger: Trigger::Person,
        priority: PRIORITY_PERSON,
        run_at: moment,
    };
    line.store.enqueue(&job, moment).await?;
    let mut jobs = 0;
    while worker.work_once(&stop).await? {
        jobs += 1;
    }
    Ok(jobs)
}

/// A crawl and the history before it.
async fn with_history(world: World) -> Result<Line, Failure> {
    let line = Line::start(world).await?;
    assert_eq!(work(&line, &worker(&line, 100, now())).await?, 2);
    Ok(line)
}

async fn repository_days(
    line: &Line,
    name: &str,
) -> Result<Vec<(NaiveDate, Tally, bool)>, Failure> {
    let days = line.store.days_of(line.id(name)?).await?;
    Ok(days.into_iter().map(|it| (it.day, it.tally, it.is_reconstructed)).collect())
}

/// How many days ago the reckoned days of a repository are, with met and all items.
async fn past_of(line: &Line, name: &str) -> Result<Vec<(i64, i64, i64)>, Failure> {
    let days = repository_days(line, name).await?.into_iter().filter(|it| it.2);
    let told = days.map(|(it, tally, _)| {
        ((day(0) - it).num_days(), tally.met, tally.counted() + tally.not_applicable)
    });
    Ok(told.collect())
}

/// Everything that a day counts.
type OrganizationPoint = (NaiveDate, Vec<i64>);

async fn organization_days(line: &Line) -> Result<Vec<(OrganizationPoint, bool)>, Failure> {
    let days = "SELECT day, ARRAY[repositories_finished, met, verified, remaining, verify, unknown,
                                  not_applicable, waived]::bigint[], is_reconstructed
                FROM organization_day JOIN organization USING (organization_id)
                WHERE login = $1 ORDER BY day";
    let days = sqlx::query_as(days).bind(line.organization.as_str());
    let days: Vec<(NaiveDate, Vec<i64>, bool)> = days.fetch_all(line.store.pool()).await?;
    Ok(days.into_iter().map(|(day, counts, it)| ((day, counts), it)).collect())
}

/// Five changes of one file in the year, two of them on one day; a file that is older; one
/// that came, went and came again; one that came and was finished at once.
fn busy_year() -> Result<World, Failure> {
    let mut world = world(&[
        ("shop", "Dockerfile", &[(700, OLD), (300, BETTER), (200, BASE), (100, DONE), (50, BASE)]),
        ("shop", "a/Dockerfile", &[(500, BASE)]),
        ("billing", "Dockerfile", &[(250, OLD), (180, ""), (90, OLD), (30, BETTER)]),
        ("search", "Dockerfile", &[(50, DONE)]),
    ])?;
    for (hour, text) in [(1, OLD), (2, DONE)] {
        let at = noon(20) + TimeDelta::hours(hour);
        world.push("acme/shop", Push::new("Twice").at(at).file("Dockerfile", text))?;
    }
    Ok(world)
}

#[tokio::test]
async fn the_past_is_what_crawls_of_every_day_would_have_seen() -> Test {
    let seen = Line::start(busy_year()?).await?;
    let beginning = now().date_naive() - chrono::Months::new(12);
    let days = (0..=(day(0) - beginning).num_days()).rev();
    // The beginning, each day with a change, and days without one.
    let changes = [300, 250, 200, 180, 100, 90, 50, 30, 20];
    for days_ago in days
        .filter(|it| it % 60 == 5 || changes.contains(it) || noon(*it).date_naive() == beginning)
    {
        let end = noon(days_ago) + TimeDelta::hours(11);
        seen.fake.set_now(end);
        seen.crawl_at(CrawlKind::Full, end).await?;
    }
    seen.fake.set_now(now());
    seen.crawl(CrawlKind::Full).await?;

    let told = with_history(busy_year()?).await?;
    for name in ["acme/shop", "acme/billing", "acme/search"] {
        let told = repository_days(&told, name).await?;
        assert!(told.iter().all(|it| it.2 == (it.0 < day(0))), "{told:?}");
        // A crawl of today changes nothing, so that it wrote no day where days were seen.
        let told: Vec<_> = told.iter().filter(|it| it.2).map(|it| (it.0, it.1)).collect();
        let seen: Vec<_> =
            repository_days(&seen, name).await?.iter().map(|it| (it.0, it.1)).collect();
        assert_eq!(told, seen, "{name}");
    }
    let seen = organization_days(&seen).await?;
    let told = organization_days(&told).await?;
    let told_on = |day| told.iter().rev().find(|(it, _)| it.0 <= day).map(|(it, _)| &it.1);
    for ((day, counts), _) in &seen {
        assert_eq!(told_on(*day), Some(counts), "{day}");
    }
    let days: BTreeSet<_> = told.iter().map(|(it, _)| it.0).collect();
    assert!(changes.iter().all(|it| days.contains(&day(*it))));
    let weeks = days.iter().zip(days.iter().skip(1));
    assert!(weeks.clone().all(|(one, next)| (*next - *one).num_days() <= 7), "{days:?}");
    assert_eq!(told.iter().filter(|it| !it.1).count(), 1, "the day of the crawl");
    Ok(())
}

#[tokio::test]
async fn no_content_is_fetched_twice_and_points_are_known_beforehand() -> Test {
    let line = Line::start(busy_year()?).await?;
    line.crawl(CrawlKind::Full).await?;
    let crawled = line.fake.take_account();
    let worker = worker(&line, 100, now());
    work(&line, &worker).await?;
    let told = line.fake.take_account();
    // Four contents in all, however many files and commits have them.
    assert_eq!(crawled.blobs + told.blobs, 4);
    // A listing, all files' pasts, and their unknown contents.
    assert_eq!((told.points, told.graphql.len(), told.rest.len()), (3, 3, 0));
    // Nothing is left: it is not queued again.
    assert_eq!(work(&line, &worker).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_file_has_no_past_under_another_name_nor_after_the_first_crawl() -> Test {
    let mut world = world(&[
        ("shop", "Dockerfile", &[(200, OLD), (150, "")]),
        ("shop", "b/Dockerfile", &[(150, OLD)]),
        ("quiet", "Dockerfile", &[(900, OLD)]),
    ])?;
    world.push("acme/quiet", Push::new("Read").at(noon(3)).file("README.md", "read\n"))?;
    let line = with_history(world).await?;
    assert_eq!(past_of(&line, "acme/shop").await?, [(150, 1, 8)]);
    // Unchanged for years: it was there at the beginning.
    assert_eq!(past_of(&line, "acme/quiet").await?, [(365, 1, 8)]);

    let push = Push::new("Later").at(now() + TimeDelta::hours(1)).file("c/Dockerfile", OLD);
    line.fake.world(|world| world.push("acme/shop", push))?;
    let later = now() + TimeDelta::hours(2);
    line.fake.set_now(later);
    drop(line.fake.take_account());
    work(&line, &worker(&line, 100, later)).await?;
    let asked = line.fake.take_account().graphql.concat();
    assert!(asked.contains("repositories(") && !asked.contains("history("), "{asked}");
    Ok(())
}

#[tokio::test]
async fn more_commits_than_a_page_holds_are_all_read() -> Test {
    let mut world = world(&[("shop", "Dockerfile", &[(300, OLD)])])?;
    for commit in 0..240 {
        let text = if commit % 2 == 0 { DONE } else { OLD };
        world
            .push("acme/shop", Push::new("Flip").at(noon(260 - commit)).file("Dockerfile", text))?;
    }
    let line = with_history(world).await?;
    let past = past_of(&line, "acme/shop").await?;
    assert_eq!(past.len(), 241);
    assert_eq!(line.fake.take_account().blobs, 2);
    let first = organization_days(&line).await?.first().map(|it| it.0.0);
    assert_eq!(first, Some(day(300)), "not from before there was anything to count");
    Ok(())
}

#[tokio::test]
async fn history_stops_at_its_share_and_goes_on_where_it_stopped() -> Test {
    let mut world = world(&[("shop", "Dockerfile", &[(100, OLD)])])?;
    let files = (0..249).fold(Push::new("Many").at(noon(90)), |push, index| {
        push.file(&format!("{index}/Dockerfile"), &format!("FROM alpine:3.{index}\n"))
    });
    world.push("acme/shop", files)?;
    let before = (0..249).fold(Push::new("Change").at(noon(80)), |push, index| {
        push.file(&format!("{index}/Dockerfile"), &format!("FROM debian:{index}\n"))
    });
    world.push("acme/shop", before)?;
    let options = Options { graphql_limit: 100, ..Options::default() };
    let line = Line::start_with(world, options).await?;
    line.crawl(CrawlKind::Full).await?;
    let crawled = line.fake.take_account();
    assert_eq!(crawled.points, 4, "a listing, and contents for three queries");

    // Two points for another listing and the facts of the head are the crawl's. Of the
    // history's, four are for the first files and two for their contents.
    assert_eq!(work(&line, &worker(&line, 12, now())).await?, 2);
    let first = line.fake.take_account();
    assert!(crawled.points + first.points <= 12, "{} points", first.points);
    assert!(past_of(&line, "acme/shop").await?.is_empty(), "half a past is none");

    let later = now() + TimeDelta::hours(1) + TimeDelta::minutes(1);
    work(&line, &worker(&line, 100, later)).await?;
    let second = line.fake.take_account();
    let asked = |texts: &[String]| texts.concat().matches("history(first: 100").count();
    assert_eq!((asked(&first.graphql) >= 200, asked(&second.graphql)), (true, 50));
    assert_eq!(crawled.blobs + first.blobs + second.blobs, 499);
    // Day 80 changed contents and no verdict.
    assert_eq!(past_of(&line, "acme/shop").await?, [(100, 1, 8), (90, 499, 2000)]);
    Ok(())
}

#[tokio::test]
async fn a_past_that_cannot_be_had_now_is_read_another_time() -> Test {
    let line = Line::start(world(&[("shop", "Dockerfile", &[(99, OLD), (9, DONE)])])?).await?;
    line.crawl(CrawlKind::Full).await?;
    line.fake.fault(FaultRule::new(On::Graphql, Fault::Status(500)).after(1).times(4));
    assert_eq!(work(&line, &worker(&line, 100, now())).await?, 2);
    assert!(past_of(&line, "acme/shop").await?.is_empty());
    let later = now() + TimeDelta::minutes(5);
    work(&line, &worker(&line, 100, later)).await?;
    assert_eq!(past_of(&line, "acme/shop").await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn new_rules_reckon_the_past_anew_without_asking_github() -> Test {
    let line = with_history(busy_year()?).await?;
    let past = organization_days(&line).await?;
    line.store.age_reports().await;
    drop(line.fake.take_account());
    assert_eq!(work(&line, &worker(&line, 100, now())).await?, 2);
    assert_eq!(organization_days(&line).await?, past);
    let account = line.fake.take_account();
    assert_eq!((account.points, account.blobs), (1, 0), "the listing of the crawl");
    let organization = line.store.organization(&line.organization).await?.ok_or("none")?;
    let version = engine_version(Catalog::built_in());
    assert!(!line.store.queue_history_if_needed(organization.id, &version, now()).await?);
    Ok(())
}

#[tokio::test]
async fn a_share_of_nothing_switches_it_off() -> Test {
    let line = Line::start(busy_year()?).await?;
    assert_eq!(work(&line, &worker(&line, 0, now())).await?, 1);
    assert_eq!(organization_days(&line).await?.len(), 1);
    Ok(())
}
