//! The table of Dockerfiles over a real database.

use axum::http::StatusCode;
use scraper::{Html, Selector};
use store::testing::TestStore;

use crate::testing::{get, words};
use crate::world::acme;

async fn world() -> TestStore {
    let store = store::testing::store().await;
    acme(&store).await;
    store
}

/// "repository/path" of the rows at an address, without the crowd's.
async fn rows(store: &TestStore, query: &str) -> String {
    let (status, page) = get(store, &format!("/orgs/acme/dockerfiles?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{query}");
    let page = Html::parse_document(&page);
    let (row, path) = (Selector::parse("tbody tr").unwrap(), Selector::parse("th a").unwrap());
    let repository = Selector::parse("td a.strong").unwrap();
    let text = |it: scraper::ElementRef<'_>, part| -> String {
        it.select(part).flat_map(|it| it.text()).collect()
    };
    let rows = page.select(&row).map(|it| format!("{}/{}", text(it, &repository), text(it, &path)));
    rows.filter(|it| !it.starts_with("crowd")).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn each_filter_lets_through_what_it_says() {
    let store = world().await;
    let mut told = String::new();
    for query in [
        "q=busy",
        "q=A%2FDOCK",
        "q=busy%2Fb",
        "item=ports&q=s",
        "item=ports&verdict=met",
        "item=no-shell&verdict=waived",
        "code=not-hardened&q=u",
        "item=ports&code=not-hardened&q=s",
        "code=x",
        "image=node%3A20-alpine",
        "image=node%3A20-alpine&stage=build",
        "image=node",
        "image=node&tag=any",
        "stage=shipped",
        "team=payments",
        "team=-&q=busy",
        "source=topic&q=long",
        "source=codeowners",
    ] {
        told.push_str(&format!("{query}: {}\n", rows(&store, query).await));
    }
    insta::assert_snapshot!(told, @r"
    q=busy: busy/a/Dockerfile busy/b/Dockerfile
    q=A%2FDOCK: busy/a/Dockerfile
    q=busy%2Fb: busy/b/Dockerfile
    item=ports&q=s: slipped/Dockerfile
    item=ports&verdict=met: busy/a/Dockerfile busy/b/Dockerfile finished/Dockerfile long-finished/Dockerfile
    item=no-shell&verdict=waived: 
    code=not-hardened&q=u: busy/a/Dockerfile busy/b/Dockerfile quick/Dockerfile
    item=ports&code=not-hardened&q=s: slipped/Dockerfile
    code=x: 
    image=node%3A20-alpine: busy/a/Dockerfile busy/b/Dockerfile
    image=node%3A20-alpine&stage=build: busy/a/Dockerfile
    image=node: busy/b/Dockerfile
    image=node&tag=any: busy/a/Dockerfile busy/b/Dockerfile
    stage=shipped: busy/a/Dockerfile busy/b/Dockerfile
    team=payments: finished/Dockerfile long-finished/Dockerfile
    team=-&q=busy: busy/a/Dockerfile busy/b/Dockerfile
    source=topic&q=long: long-finished/Dockerfile
    source=codeowners:
    ");
}

#[tokio::test]
async fn rows_are_sorted_by_every_column_both_ways() {
    let store = world().await;
    let mut told = String::new();
    for column in ["repository", "path", "left", "changed"] {
        let up = rows(&store, &format!("q=s&sort={column}")).await;
        let down = rows(&store, &format!("q=s&sort=-{column}")).await;
        told.push_str(&format!("{column}: {up} | {down}\n"));
    }
    insta::assert_snapshot!(told, @r"
    repository: busy/a/Dockerfile busy/b/Dockerfile finished/Dockerfile long-finished/Dockerfile slipped/Dockerfile | slipped/Dockerfile long-finished/Dockerfile finished/Dockerfile busy/b/Dockerfile busy/a/Dockerfile
    path: finished/Dockerfile long-finished/Dockerfile slipped/Dockerfile busy/a/Dockerfile busy/b/Dockerfile | busy/b/Dockerfile busy/a/Dockerfile finished/Dockerfile long-finished/Dockerfile slipped/Dockerfile
    left: finished/Dockerfile long-finished/Dockerfile busy/b/Dockerfile busy/a/Dockerfile slipped/Dockerfile | busy/a/Dockerfile slipped/Dockerfile busy/b/Dockerfile finished/Dockerfile long-finished/Dockerfile
    changed: long-finished/Dockerfile finished/Dockerfile slipped/Dockerfile busy/a/Dockerfile busy/b/Dockerfile | busy/a/Dockerfile busy/b/Dockerfile slipped/Dockerfile finished/Dockerfile long-finished/Dockerfile
    ");
}

#[tokio::test]
async fn the_reason_that_is_asked_for_stands_in_the_row_and_in_the_files() {
    let store = world().await;
    let (_, page) = get(&store, "/orgs/acme/dockerfiles?item=ports&q=quick").await;
    let text = words(&page);
    assert!(text.contains("remaining <script>alert('x')</script>"), "{text}");
    let (_, csv) = get(&store, "/orgs/acme/dockerfiles.csv?item=ports&q=quick").await;
    insta::assert_snapshot!(csv, @r#"
    "repository","path","team","team_source","base-image","package-management","non-root-user","multi-stage-build","tls-certificates","ports","entry-point","no-shell","left","percent","reason","line","last_change_at","crawled_at","is_sample"
    "quick","Dockerfile","<script>alert('x')</script>""&","topic","met","met","met","met","met","remaining","met","met",1,87,"not-hardened",1,"2026-11-01T12:00:00Z","2026-11-23T03:00:00Z","false"
    "#);
    let (_, json) = get(&store, "/orgs/acme/dockerfiles.json?item=ports&sort=-left").await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["total"], json["dockerfiles"].as_array().unwrap().len()), (&54.into(), 54));
    assert_eq!(json["dockerfiles"][53]["repository"], "quick");
}

#[tokio::test]
async fn the_count_says_of_how_many_and_past_the_end_there_is_a_way_back() {
    let store = world().await;
    let (_, page) = get(&store, "/orgs/acme/dockerfiles?q=busy").await;
    assert!(words(&page).contains("2 of 58 Dockerfiles match."), "{}", words(&page));
    let (_, page) = get(&store, "/orgs/acme/dockerfiles?page=9").await;
    assert!(words(&page).contains("This page is past the end."));
    let (status, _, location) = {
        let request = axum::http::Request::get("/orgs/acme/dockerfiles?q=&item=&team=payments")
            .body(axum::body::Body::empty())
            .unwrap();
        let site = crate::router(crate::testing::app(&store));
        let response = tower::ServiceExt::oneshot(site, request).await.unwrap();
        (response.status(), (), response.headers()["location"].to_str().unwrap().to_owned())
    };
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(location, "/orgs/acme/dockerfiles?team=payments");
}
