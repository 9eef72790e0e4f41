//! What is forgotten, and what stays.

use checklist::Verdict;
use chrono::{TimeDelta, Utc};

use super::support::{acme, at, file, lines, reading, score, version};
use crate::testing::store;
use crate::{CrawlCounts, CrawlEnd, CrawlKind, Trigger};

#[tokio::test]
async fn only_old_crawls_that_found_nothing_are_forgotten() {
    let store = store().await;
    let acme = acme(&store).await;
    let eventful = CrawlCounts { repositories_to_read: 1, ..CrawlCounts::default() };
    let crawls = [
        (1, CrawlKind::Listing, CrawlCounts::default()),
        (2, CrawlKind::Listing, eventful),
        (3, CrawlKind::Full, CrawlCounts::default()),
        (30, CrawlKind::Listing, CrawlCounts::default()),
    ];
    for (day, kind, counts) in crawls {
        let crawl = store.begin_crawl(acme, kind, Trigger::Schedule, at(day)).await.unwrap();
        let end = CrawlEnd { counts, version: version(1, "c1"), pushed_watermark: None };
        store.finish_crawl(crawl, &end, at(day)).await.unwrap();
    }
    let now: chrono::DateTime<Utc> = at(3) + TimeDelta::days(30);
    store.forget_old(acme, now).await.unwrap();
    let left = "SELECT extract(day FROM started_at)::text FROM crawl ORDER BY crawl_id";
    assert_eq!(lines(&store, left).await, "2\n3\n30");
}

#[tokio::test]
async fn only_old_reports_of_another_catalogue_that_no_dockerfile_shows_are_forgotten() {
    let store = store().await;
    acme(&store).await;
    score(&store, 'a', &[Verdict::Met], &version(1, "c1")).await;
    score(&store, 'b', &[Verdict::Met], &version(1, "c1")).await;
    score(&store, 'b', &[Verdict::Met], &version(1, "c2")).await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(2)).await.unwrap();
    let present = version(1, "c2");
    assert_eq!(store.forget_reports(&present, at(7)).await.unwrap(), 0);
    assert_eq!(store.forget_reports(&present, at(9)).await.unwrap(), 1);
    let left = "SELECT left(blob_sha, 1) || ' ' || catalog_version FROM report ORDER BY 1";
    assert_eq!(lines(&store, left).await, "a c1\nb c2");
}
