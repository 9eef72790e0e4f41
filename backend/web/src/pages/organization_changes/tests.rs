//! What changed in a small organization, counted again by plain SQL.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use scraper::{Html, Selector};
use serde_json::Value;
use store::testing::TestStore;

use crate::testing::{get, organization, words};
use crate::world::acme;

async fn world() -> TestStore {
    let store = store::testing::store().await;
    acme(&store).await;
    store
}

async fn rows(store: &TestStore, query: &str) -> Vec<Value> {
    let (status, body) = get(store, &format!("/orgs/acme/changes.json{query}")).await;
    assert_eq!(status, StatusCode::OK, "{query}");
    let body: Value = serde_json::from_str(&body).unwrap();
    body["rows"].as_array().unwrap().clone()
}

/// The number that the chip of a kind says.
fn sum(page: &str, words: &str) -> i64 {
    let page = Html::parse_document(page);
    let chips = Selector::parse(".chips a").unwrap();
    let mut texts = page.select(&chips).map(|it| it.text().collect::<String>());
    let text = texts.find(|it| it.ends_with(words)).unwrap();
    text.trim_end_matches(words).trim().parse().unwrap()
}

#[tokio::test]
async fn the_sums_of_a_week_equal_what_its_list_shows() {
    let store = world().await;
    let (_, page) = get(&store, "/orgs/acme/changes").await;
    let all = rows(&store, "").await;
    let of = |kind: &str| all.iter().filter(|it| it["kind"] == kind).count();
    for (words, kind, each) in [
        ("items gained", "gained", 1),
        ("items lost", "lost", 1),
        ("changed otherwise", "moved", 1),
        ("finished", "finished", 1),
        ("slipped back", "slipped-back", 1),
        ("new Dockerfiles", "new", 8),
        ("removed", "removed", 8),
        ("by decisions", "decision", 1),
    ] {
        let listed = i64::try_from(of(kind)).unwrap();
        assert_eq!(sum(&page, words) * each, listed, "{kind}");
        assert_eq!(rows(&store, &format!("?kind={kind}")).await.len(), of(kind), "{kind}");
    }
    assert_eq!((of("lost"), of("new"), of("finished"), of("slipped-back")), (2, 24, 1, 1));
}

#[tokio::test]
async fn turning_the_pages_shows_every_change_once() {
    let store = world().await;
    let (entries,): (i64,) = sqlx::query_as(
        "SELECT count(DISTINCT (dockerfile_id, verdict_change.changed_at)) FROM verdict_change
         JOIN dockerfile USING (dockerfile_id) JOIN repository USING (repository_id)
         WHERE verdict_change.changed_at >= '2026-07-01' AND dockerfile.excluded_by IS NULL
           AND repository.excluded_by IS NULL",
    )
    .fetch_one(store.pool())
    .await
    .unwrap();
    let (milestones,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM repository_line
         WHERE state = 'finished' AND finished_at >= '2026-07-01' OR has_slipped_back",
    )
    .fetch_one(store.pool())
    .await
    .unwrap();
    let mut seen = Vec::new();
    let mut next = Some("/orgs/acme/changes?since=2026-07-01".to_owned());
    let mut pages = 0;
    while let Some(address) = next {
        let (status, page) = get(&store, &address).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        let page = Html::parse_document(&page);
        let when = Selector::parse(".history .when").unwrap();
        let text = |it: scraper::ElementRef<'_>| {
            let at = it.select(&Selector::parse("time").unwrap()).next().unwrap();
            let at = at.attr("datetime").unwrap().to_owned();
            (at, it.text().collect::<String>())
        };
        seen.extend(page.select(&when).map(text));
        let turn = Selector::parse("a[rel=next]").unwrap();
        next = page.select(&turn).next().map(|it| it.attr("href").unwrap().to_owned());
        pages += 1;
    }
    assert!(pages > 1);
    assert!(seen.iter().rev().map(|(at, _)| at).is_sorted());
    assert_eq!(i64::try_from(seen.len()).unwrap(), entries + milestones);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len());
}

#[tokio::test]
async fn files_have_every_change_however_many_there_are() {
    let store = world().await;
    let before = rows(&store, "?since=2025-11-01").await;
    sqlx::query(
        "INSERT INTO verdict_change (dockerfile_id, item, from_verdict, to_verdict, cause, changed_at)
         SELECT dockerfile_id, 'ports', 'remaining', 'met', 'commit',
                timestamptz '2025-12-01' + n * interval '1 minute'
         FROM dockerfile, generate_series(1, 2500) AS n WHERE path = 'b/Dockerfile'",
    )
    .execute(store.pool())
    .await
    .unwrap();
    let json = rows(&store, "?since=2025-11-01").await;
    assert_eq!(json.len(), before.len() + 2_500);
    let (_, csv) = get(&store, "/orgs/acme/changes.csv?since=2025-11-01").await;
    let mut csv = csv::Reader::from_reader(csv.as_bytes());
    let moments: Vec<String> = csv.records().map(|it| it.unwrap()[0].to_owned()).collect();
    let of_json = json.iter().map(|it| it["changed_at"].as_str().unwrap());
    assert!(of_json.eq(&moments), "the same rows in the same order");
    assert!(moments.iter().rev().is_sorted());
}

#[tokio::test]
async fn what_our_rules_changed_is_told_apart_and_is_no_progress() {
    let store = world().await;
    sqlx::query(
        "INSERT INTO verdict_change (dockerfile_id, item, from_verdict, to_verdict, cause, changed_at)
         SELECT dockerfile_id, 'ports', 'remaining', 'met', 'rules', '2026-11-22'
         FROM dockerfile WHERE path = 'b/Dockerfile'",
    )
    .execute(store.pool())
    .await
    .unwrap();
    let (_, page) = get(&store, "/orgs/acme/changes").await;
    assert_eq!(sum(&page, "items gained"), 0);
    assert!(
        words(&page).contains("no progress: 1 verdict by Drydock's rules."),
        "{}",
        words(&page)
    );
    assert!(rows(&store, "").await.iter().all(|it| it["cause"] != "rules"));
    assert_eq!(rows(&store, "?kind=ours").await.len(), 1);
}

#[tokio::test]
async fn who_decided_is_said_beside_the_change() {
    let store = world().await;
    for change in [
        "INSERT INTO decision (dockerfile_id, item, kind, reason, decided_by, source, evidence, decided_at)
         SELECT dockerfile_id, 'ports', 'waived', '<b>legacy</b>', 'octavia', 'person', '', '2026-11-22'
         FROM dockerfile WHERE path = 'b/Dockerfile'",
        "INSERT INTO verdict_change (dockerfile_id, item, from_verdict, to_verdict, cause, changed_at)
         SELECT dockerfile_id, 'ports', 'remaining', 'waived', 'decision', '2026-11-22'
         FROM dockerfile WHERE path = 'b/Dockerfile'",
    ] {
        sqlx::query(change).execute(store.pool()).await.unwrap();
    }
    let (_, page) = get(&store, "/orgs/acme/changes?kind=decision").await;
    let words = words(&page);
    assert!(words.contains("Ports ✕ remaining →became – waived"), "{words}");
    assert!(words.contains("Decided by octavia: <b>legacy</b>"), "{words}");
}

#[tokio::test]
async fn filters_of_item_and_team_leave_what_fits() {
    let store = world().await;
    let ports = rows(&store, "?item=ports").await;
    assert!(!ports.is_empty() && ports.iter().all(|it| it["item"] == "ports"));
    let payments = rows(&store, "?team=payments").await;
    assert_eq!(payments.iter().filter(|it| it["kind"] == "new").count(), 8);
    assert_eq!(payments.iter().filter(|it| it["kind"] == "finished").count(), 1);
    let unowned = rows(&store, "?team=-").await;
    assert!(unowned.iter().all(|it| it["team"].is_null()));
    assert!(rows(&store, "?team=%27%22%3B--%00").await.is_empty());
}

#[tokio::test]
async fn odd_addresses_are_refused_and_an_empty_list_says_what_to_do() {
    let store = world().await;
    for query in ["?since=x", "?kind=x", "?item=x", "?before=x", "?before=9_9"] {
        let (status, _) = get(&store, &format!("/orgs/acme/changes{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
    }
    organization(&store, "globex").await;
    let (_, page) = get(&store, "/orgs/globex/changes").await;
    assert!(words(&page).contains("Nothing changed in that time."));
}
