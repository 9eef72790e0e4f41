//! Killed at any moment, nothing is lost and nothing is fetched twice.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use github_fake::Dice;
use store::JobKind;

use crate::support::{Failure, Place, Test, world};

const REPOSITORIES: usize = 400;
const KILLS: usize = 200;

/// What a crawl that nobody disturbs leaves behind, and how long it takes.
async fn undisturbed(repositories: usize) -> Result<(Vec<String>, Duration), Failure> {
    let place = Place::new(world(repositories)?).await?;
    let process = place.start(&["worker"], &[])?;
    place.ask_for(JobKind::FullCrawl).await?;
    first_listing(&place).await?;
    let begun = Instant::now();
    place.wait_for(JobKind::FullCrawl).await?;
    let took = begun.elapsed();
    process.kill()?;
    Ok((place.store.present().await, took))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_kills_lose_nothing_and_fetch_nothing_twice() -> Test {
    let (expected, took) = undisturbed(REPOSITORIES).await?;
    // A slow machine meets more crawls; it need not wait for their ends.
    let longest = u64::try_from(took.as_millis())?.clamp(100, 1_200);
    let place = Place::new(world(REPOSITORIES)?).await?;
    place.ask_for(JobKind::FullCrawl).await?;
    let mut dice = Dice::new(7);
    let mut interrupted = 0_usize;
    for _ in 0..KILLS {
        let stored = place.store.blob_shas().await;
        drop(place.fake.take_account());
        let process = place.start(&["worker"], &[])?;
        first_listing(&place).await?;
        tokio::time::sleep(Duration::from_millis(dice.below(longest))).await;
        process.kill()?;
        let again: HashSet<String> = place.fake.take_account().blob_oids.into_iter().collect();
        assert_eq!(again.intersection(&stored).count(), 0, "a stored content was fetched again");
        interrupted += usize::try_from(place.jobs(JobKind::FullCrawl, "running").await?)?;
        if place.jobs(JobKind::FullCrawl, "done").await? > 0 {
            // So that every kill has something to interrupt, the whole begins anew.
            forget_everything(&place).await?;
            place.ask_for(JobKind::FullCrawl).await?;
        } else if place.jobs(JobKind::FullCrawl, "failed").await? > 0 {
            // Five starts in a row that came to nothing: a person tries again.
            sqlx::query("DELETE FROM job WHERE state = 'failed'")
                .execute(place.store.pool())
                .await?;
            place.ask_for(JobKind::FullCrawl).await?;
        }
    }
    assert!(interrupted > KILLS / 2, "only {interrupted} kills met a running crawl");
    let process = place.start(&["worker"], &[])?;
    place.wait_for(JobKind::FullCrawl).await?;
    process.kill()?;
    assert_eq!(place.jobs(JobKind::FullCrawl, "failed").await?, 0);
    assert!(place.store.present().await == expected);
    Ok(())
}

/// Waits until the process has asked for the listing.
async fn first_listing(place: &Place) -> Test {
    for _ in 0..2_000 {
        if place.fake.account().graphql.iter().any(|it| it.contains("PUSHED_AT")) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err("no crawl began within ten seconds".into())
}

async fn forget_everything(place: &Place) -> Test {
    let forget = "TRUNCATE repository, blob, crawl CASCADE";
    sqlx::query(forget).execute(place.store.pool()).await?;
    sqlx::query("UPDATE organization SET pushed_watermark = NULL, crawled_at = NULL")
        .execute(place.store.pool())
        .await?;
    Ok(())
}

/// Several processes at once, one of which is killed on the way.
async fn processes_share(count: usize) -> Test {
    let place = Place::new(world(REPOSITORIES)?).await?;
    let mut processes = Vec::new();
    for _ in 0..count {
        processes.push(place.start(&["worker"], &[])?);
    }
    place.ask_for(JobKind::FullCrawl).await?;
    place.wait_for(JobKind::FullCrawl).await?;
    let account = place.fake.take_account();
    let distinct: HashSet<&String> = account.blob_oids.iter().collect();
    assert_eq!(account.blob_oids.len(), distinct.len(), "a content was fetched twice");
    let trees = account.rest.iter().filter(|it| it.contains("/git/trees/")).count();
    assert_eq!(trees, REPOSITORIES, "a tree was read twice");
    drop(processes);
    assert!(place.store.present().await == undisturbed(REPOSITORIES).await?.0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_do_nothing_twice() -> Test {
    processes_share(2).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_do_nothing_twice() -> Test {
    processes_share(3).await
}
