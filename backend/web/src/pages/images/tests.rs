//! Base images over a small organization, counted again by plain SQL.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use checklist::{BaseUse, Item, LineRange, StageRole, Suggestion, Verdict};
use scraper::{Html, Selector};
use serde_json::Value;
use store::testing::TestStore;

use crate::links;
use crate::testing::{
    Written, finding, get, listed, now, numbers_and_rows, organization, reading, report, words,
};
use crate::world::{HOSTILE, acme};

async fn world() -> TestStore {
    let store = store::testing::store().await;
    acme(&store).await;
    store
}

async fn rows(store: &TestStore, query: &str) -> Vec<Value> {
    let (status, body) = get(store, &format!("/orgs/acme/images.json{query}")).await;
    assert_eq!(status, StatusCode::OK, "{query}");
    let body: Value = serde_json::from_str(&body).unwrap();
    body["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_counts_equal_a_recount_of_the_rows() {
    let store = world().await;
    let recount: Vec<(String, i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT reference, count(DISTINCT dockerfile_id),
                count(DISTINCT dockerfile_id) FILTER (WHERE role IN ('final', 'chain')),
                count(DISTINCT dockerfile_id) FILTER (WHERE role NOT IN ('final', 'chain')),
                count(DISTINCT repository_id)
         FROM dockerfile JOIN base_use USING (report_id) JOIN repository USING (repository_id)
         WHERE dockerfile.excluded_by IS NULL AND removed_at IS NULL
           AND repository.excluded_by IS NULL
         GROUP BY reference",
    )
    .fetch_all(store.pool())
    .await
    .unwrap();
    let recount: BTreeMap<_, _> = recount
        .into_iter()
        .map(|(it, all, ship, build, in_)| (it, (all, ship, build, in_)))
        .collect();
    let number = |row: &Value, name: &str| row[name].as_i64().unwrap();
    let shown: BTreeMap<String, _> = rows(&store, "")
        .await
        .iter()
        .map(|row| {
            let counts = (
                number(row, "dockerfiles"),
                number(row, "dockerfiles_shipping"),
                number(row, "dockerfiles_building"),
                number(row, "repositories"),
            );
            (row["reference"].as_str().unwrap().to_owned(), counts)
        })
        .collect();
    assert!(shown.len() > 2);
    assert_eq!(shown, recount);
}

#[tokio::test]
async fn every_number_leads_to_exactly_that_many_rows() {
    let store = world().await;
    let org = "acme".parse().unwrap();
    let pages = ["node:20-alpine", "node", HOSTILE].map(|it| links::image(&org, it));
    for address in pages.iter().map(String::as_str).chain(["/orgs/acme/images"]) {
        let found = numbers_and_rows(&store, address).await;
        assert!(found.len() > 2, "{address} {found:?}");
        for (link, number, rows) in found {
            assert_eq!(number, rows, "{link} on {address}");
        }
    }
}

#[tokio::test]
async fn filters_leave_the_images_that_fit_and_odd_ones_are_refused() {
    let store = world().await;
    for (query, expected) in [
        ("?q=NODE", 2),
        ("?kind=to-replace", 1),
        ("?kind=none-exists", 1),
        ("?kind=not-known", 1),
        ("?kind=hardened", 0),
        ("?stage=shipped", 2),
        ("?stage=build&kind=not-known", 1),
        ("?q=%00", 0),
    ] {
        assert_eq!(rows(&store, query).await.len(), expected, "{query}");
        let (_, page) = get(&store, &format!("/orgs/acme/images{query}")).await;
        let page = Html::parse_document(&page);
        let shown = page.select(&Selector::parse(".images tbody tr").unwrap()).count();
        assert_eq!(shown, expected, "{query}");
    }
    for query in ["?kind=x", "?stage=x", "?page=0", "?page=x"] {
        let (status, _) = get(&store, &format!("/orgs/acme/images{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn csv_has_the_same_rows_in_the_same_order_and_no_formula() {
    let store = world().await;
    let (_, body) = get(&store, "/orgs/acme/images.csv").await;
    let mut reader = csv::Reader::from_reader(body.as_bytes());
    let in_csv: Vec<String> = reader.records().map(|it| it.unwrap()[0].to_owned()).collect();
    let in_json = rows(&store, "").await;
    let in_json: Vec<&str> = in_json.iter().map(|it| it["reference"].as_str().unwrap()).collect();
    assert_eq!(in_csv, in_json);
}

#[tokio::test]
async fn an_image_has_a_page_whatever_its_reference() {
    let store = world().await;
    let org = "acme".parse().unwrap();
    for reference in
        [HOSTILE, "node:20-alpine", "ghcr.io/a/b:1@sha256:00", "..", "a//b", "\u{202e}x"]
    {
        let (status, page) = get(&store, &links::image(&org, reference)).await;
        assert_eq!(status, StatusCode::OK, "{reference}");
        assert!(!page.contains("<script>alert"), "{reference}");
    }
    let (_, page) = get(&store, &links::image(&org, "node:20-alpine")).await;
    let words = words(&page);
    assert!(words.contains("To builddhi.io/node:20-dev"), "{words}");
    assert!(words.contains("busy/a/Dockerfile"), "{words}");
    assert!(words.contains("Other tags of it in use node 1 Dockerfile"), "{words}");
}

#[tokio::test]
async fn a_withdrawn_tag_in_use_stands_above_the_list() {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    store.save_listing(org, &[listed(1, "shop")], now()).await.unwrap();
    let mut found = report(&[]);
    let base = |reference: &str, line| BaseUse {
        stage: 0,
        role: StageRole::Final,
        reference: reference.to_owned(),
        image: "dhi.io/node".to_owned(),
        hardened: Some(true),
        suggestion: Suggestion::AlreadyHardened,
        lines: LineRange::one(line),
    };
    found.bases = vec![base("dhi.io/node:24", 1), base("dhi.io/node:20", 2)];
    let file = Written { path: "Dockerfile", text: "x", report: found, excluded_by: None };
    reading(&store, 1, "2026-11-20T12:00:00Z", &[file]).await;
    let (_, page) = get(&store, "/orgs/acme/images?q=nothing-like-this").await;
    let page = Html::parse_document(&page);
    let ended = Selector::parse("#ended tbody tr").unwrap();
    let ended: Vec<String> = page.select(&ended).map(|it| it.text().collect()).collect();
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert!(ended[0].contains("dhi.io/node:20") && ended[0].contains("Withdrawn on 2026-05-11"));
}

#[tokio::test]
async fn images_are_filtered_by_how_they_stand_in_the_catalogue() {
    let store = standing_world(&["dhi.io/node:20", "dhi.io/node:24", "dhi.io/no-such:1"]).await;
    for (query, expected) in [
        ("?standing=withdrawn", vec!["dhi.io/node:20"]),
        ("?standing=maintained", vec!["dhi.io/node:24"]),
        ("?standing=maintained&q=20", vec![]),
        ("?standing=none", vec![]),
    ] {
        let shown = rows(&store, query).await;
        let shown: Vec<&str> = shown.iter().map(|it| it["reference"].as_str().unwrap()).collect();
        assert_eq!(shown, expected, "{query}");
        let (_, csv) = get(&store, &format!("/orgs/acme/images.csv{query}")).await;
        assert_eq!(csv.lines().count() - 1, expected.len(), "{query}");
    }
    let withdrawn = &rows(&store, "?standing=withdrawn").await[0];
    assert_eq!(withdrawn["standing_day"], "2026-05-11");
    let (_, page) = get(&store, "/orgs/acme/images?standing=withdrawn").await;
    let words = words(&page);
    assert!(words.contains("withdrawn 1") && words.contains("maintained 1"), "{words}");
    assert!(words.contains("Withdrawn on 2026-05-11: it gets no more updates."), "{words}");
    let (status, _) = get(&store, "/orgs/acme/images?standing=x").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_image_page_sets_what_variants_bring_beside_what_dockerfiles_assume() {
    let store = standing_world(&["node:22"]).await;
    let (_, page) = get(&store, "/orgs/acme/images/node%3A22").await;
    let words = words(&page);
    let (_, assumed) = words.split_once("What our Dockerfiles assume").unwrap();
    assert!(assumed.contains("User 1 Dockerfiles name root as their user runs as node (1000)"));
    assert!(assumed.contains("Variants of node"), "{assumed}");
    assert!(assumed.contains("to ship") && assumed.contains("Maintained until"), "{assumed}");
    let org = "acme".parse().unwrap();
    for (link, number, rows) in numbers_and_rows(&store, &links::image(&org, "node:22")).await {
        assert_eq!(number, rows, "{link}");
    }
}

/// One repository whose one Dockerfile ships on these images and runs as root.
async fn standing_world(references: &[&str]) -> TestStore {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    store.save_listing(org, &[listed(1, "shop")], now()).await.unwrap();
    let mut root = finding(Verdict::Remaining, 2, "root", "");
    root.code = "root-user".to_owned();
    let mut found = report(&[(Item::NonRootUser, root)]);
    let base = |reference: &&str| {
        let is_hardened = reference.starts_with("dhi.io/");
        BaseUse {
            stage: 0,
            role: StageRole::Final,
            reference: (*reference).to_owned(),
            image: reference.split(':').next().unwrap().to_owned(),
            hardened: Some(is_hardened),
            suggestion: match is_hardened {
                true => Suggestion::AlreadyHardened,
                false => Suggestion::Use("dhi.io/node:22".to_owned()),
            },
            lines: LineRange::one(1),
        }
    };
    found.bases = references.iter().map(base).collect();
    let file = Written { path: "Dockerfile", text: "x", report: found, excluded_by: None };
    reading(&store, 1, "2026-11-20T12:00:00Z", &[file]).await;
    store
}

#[tokio::test]
async fn without_a_dockerfile_the_list_says_what_to_wait_for() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let (status, page) = get(&store, "/orgs/acme/images").await;
    assert_eq!(status, StatusCode::OK);
    assert!(words(&page).contains("No Dockerfile in scope is known yet."));
}
