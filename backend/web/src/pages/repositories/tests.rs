//! The table over a real database.

use axum::http::StatusCode;
use scraper::{Html, Selector};
use store::testing::TestStore;

use crate::testing::get;
use crate::world::acme;

async fn world() -> TestStore {
    let store = store::testing::store().await;
    acme(&store).await;
    store
}

/// The names of the rows at an address, without the crowd's.
async fn names(store: &TestStore, query: &str) -> String {
    let (status, page) = get(store, &format!("/orgs/acme/repositories?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{query}");
    let page = Html::parse_document(&page);
    let cell = Selector::parse("tbody th a").unwrap();
    let names = page.select(&cell).map(|it| it.text().collect::<String>());
    let names = names.map(|it| it.trim_start_matches("acme/").to_owned());
    names.filter(|it| !it.starts_with("crowd")).collect::<Vec<_>>().join(" ")
}

async fn count(store: &TestStore, query: &str) -> String {
    let (_, page) = get(store, &format!("/orgs/acme/repositories?{query}")).await;
    let page = Html::parse_document(&page);
    let lead: String =
        page.select(&Selector::parse(".lead").unwrap()).flat_map(|it| it.text()).collect();
    lead.split('.').next().unwrap_or_default().to_owned()
}

const FILTERS: [&str; 24] = [
    "q=QUI",
    "q=%25",
    "item=ports&q=i",
    "item=ports&verdict=met",
    "team=payments",
    "team=-&q=s",
    "state=finished",
    "state=in-progress",
    "state=not-started&q=b",
    "state=no-dockerfile",
    "state=out-of-scope",
    "state=unreadable",
    "state=slipped-back",
    "image=node",
    "image=node%3A20-alpine",
    "image=node%3A20",
    "language=Rust",
    "archived=only",
    "archived=shown&q=a",
    "quick=1",
    "week=finished",
    "week=slipped-back",
    "week=changed",
    "state=all&q=b",
];

#[tokio::test]
async fn each_filter_lets_through_what_it_says() {
    let store = world().await;
    let mut told = String::new();
    for query in FILTERS {
        told.push_str(&format!("{query}: {}\n", names(&store, query).await));
    }
    insta::assert_snapshot!(told, @r"
    q=QUI: quick
    q=%25: 
    item=ports&q=i: quick slipped
    item=ports&verdict=met: finished long-finished busy
    team=payments: finished long-finished
    team=-&q=s: busy slipped
    state=finished: finished long-finished
    state=in-progress: busy
    state=not-started&q=b: blocked
    state=no-dockerfile: bare
    state=out-of-scope: archived
    state=unreadable: blocked
    state=slipped-back: slipped
    image=node: busy
    image=node%3A20-alpine: busy
    image=node%3A20: 
    language=Rust: 
    archived=only: archived
    archived=shown&q=a: archived
    quick=1: quick
    week=finished: finished
    week=slipped-back: slipped
    week=changed: slipped
    state=all&q=b: busy bare blocked
    ");
}

#[tokio::test]
async fn rows_are_sorted_by_every_column_both_ways() {
    let store = world().await;
    let mut told = String::new();
    for column in
        ["name", "team", "progress", "left", "dockerfiles", "gained", "committed", "ports"]
    {
        let up = names(&store, &format!("state=all&q=i&sort={column}")).await;
        let down = names(&store, &format!("state=all&q=i&sort=-{column}")).await;
        told.push_str(&format!("{column}: {up} | {down}\n"));
    }
    insta::assert_snapshot!(told, @r"
    name: archived finished long-finished quick slipped | slipped quick long-finished finished archived
    team: quick finished long-finished archived slipped | finished long-finished quick archived slipped
    progress: slipped quick finished long-finished archived | finished long-finished quick slipped archived
    left: finished long-finished quick slipped archived | slipped quick finished long-finished archived
    dockerfiles: archived finished long-finished quick slipped | finished long-finished quick slipped archived
    gained: slipped finished long-finished quick archived | finished long-finished quick slipped archived
    committed: long-finished quick finished slipped archived | slipped finished quick long-finished archived
    ports: finished long-finished quick slipped archived | quick slipped finished long-finished archived
    ");
}

#[tokio::test]
async fn the_table_turns_its_pages_and_keeps_its_filters() {
    let store = world().await;
    let (_, page) = get(&store, "/orgs/acme/repositories?language=Go&sort=name&page=2").await;
    let page = Html::parse_document(&page);
    let pages = Selector::parse(".pages").unwrap();
    let words: String = page.select(&pages).flat_map(|it| it.text()).collect();
    assert!(words.contains("51–57 of 57"), "{words}");
    let previous = Selector::parse("a[rel=prev]").unwrap();
    let link = page.select(&previous).next().unwrap().attr("href").unwrap();
    assert_eq!(link, "/orgs/acme/repositories?language=Go&sort=name&page=1");
}

#[tokio::test]
async fn the_count_says_of_how_many() {
    let store = world().await;
    assert_eq!(count(&store, "").await, "58 repositories");
    assert_eq!(count(&store, "team=payments").await, "2 of 58 repositories match");
    assert_eq!(count(&store, "state=out-of-scope").await, "1 repository matches");
}

#[tokio::test]
async fn exports_hold_exactly_the_rows_of_the_table() {
    let store = world().await;
    let (_, csv) = get(&store, "/orgs/acme/repositories.csv?team=payments&sort=-name").await;
    insta::assert_snapshot!(csv, @r#"
    "repository","teams","has_no_owner","state","language","is_archived","unreadable_reason","dockerfiles","items_left","met","verified","verify","unknown","remaining","waived","not_applicable","percent","base-image","package-management","non-root-user","multi-stage-build","tls-certificates","ports","entry-point","no-shell","last_commit_at","crawled_at","is_sample"
    "long-finished","payments","false","finished","Go","false","",1,0,8,0,0,0,0,0,0,100,"met","met","met","met","met","met","met","met","2026-09-01T12:00:00Z","2026-11-23T03:00:00Z","false"
    "finished","payments","false","finished","Go","false","",1,0,8,0,0,0,0,0,0,100,"met","met","met","met","met","met","met","met","2026-11-20T12:00:00Z","2026-11-23T03:00:00Z","false"
    "#);
    let (_, json) = get(&store, "/orgs/acme/repositories.json?sort=name").await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["total"], json["repositories"].as_array().unwrap().len()), (&58.into(), 58));
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_refused_in_words() {
    let store = world().await;
    let (status, page) = get(&store, "/orgs/acme/repositories?sort=colour").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(page.contains("The filter sort=colour is not known here."));
}

#[tokio::test]
async fn a_repository_that_nobody_read_is_not_said_to_have_no_dockerfile() {
    let store = world().await;
    for (query, words) in [
        ("q=blocked", "not read yet"),
        ("q=bare&state=all", "no Dockerfile in scope"),
        ("q=archived&state=all&archived=shown", "out of scope"),
    ] {
        let (_, page) = get(&store, &format!("/orgs/acme/repositories?{query}")).await;
        assert!(page.contains(&format!(">{words}</td>")), "{query}");
    }
}

#[tokio::test]
async fn a_page_past_the_end_leads_back() {
    let store = world().await;
    let (_, page) = get(&store, "/orgs/acme/repositories?page=9").await;
    assert!(page.contains("This page is past the end."));
}

#[tokio::test]
async fn what_a_form_sends_without_a_choice_leaves_the_address() {
    let store = world().await;
    let request =
        axum::http::Request::get("/orgs/acme/repositories?q=&item=&verdict=left&team=payments")
            .body(axum::body::Body::empty())
            .unwrap();
    let site = crate::router(crate::testing::app(&store));
    let response = tower::ServiceExt::oneshot(site, request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()["location"], "/orgs/acme/repositories?team=payments");
}
