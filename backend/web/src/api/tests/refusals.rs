//! Every refusal is problem+json with a sentence that helps.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use super::{Got, acme, get, send};

fn assert_problem(got: &Got, status: u16, part: &str) {
    assert_eq!(got.header("content-type"), "application/problem+json");
    assert_eq!(got.status.as_u16(), status, "{}", got.body);
    assert_eq!(got.body["status"], status);
    assert!(got.body["request_id"].is_string());
    let detail = got.body["detail"].as_str().unwrap();
    assert!(detail.contains(part), "{detail}");
}

#[tokio::test]
async fn what_cannot_be_understood_is_said_in_a_sentence() {
    let (_store, site) = acme().await;
    for (address, part) in [
        ("/api/v1/orgs/acme/teams?limits=3", "unknown field `limits`"),
        ("/api/v1/orgs?x=%3Cb%3E", "unknown field `x`"),
        ("/api/v1/orgs/acme/repositories?page=2", "unknown field `page`"),
        ("/api/v1/orgs/acme/repositories?limit=0", "from 1 to 200"),
        ("/api/v1/orgs/acme/repositories?limit=201", "from 1 to 200"),
        ("/api/v1/orgs/acme/repositories?limit=x", "limit"),
        ("/api/v1/orgs/acme/repositories?sort=x", "sort=x"),
        ("/api/v1/orgs/acme/repositories?item=x", "item=x"),
        ("/api/v1/orgs/acme/repositories?cursor=x", "none of ours"),
        ("/api/v1/orgs/acme/dockerfiles?item=ports&verdict=x", "verdict=x"),
        ("/api/v1/orgs/acme/dockerfiles?stage=x", "stage=x"),
        ("/api/v1/orgs/acme/changes?since=yesterday", "date"),
        ("/api/v1/orgs/acme/history?since=2026-13-01", "since"),
        ("/api/v1/orgs/acme/history?items=ports,x", "items=x"),
        ("/api/v1/orgs/acme/items?filter=state%3Dx", "state=x"),
        ("/api/v1/orgs/acme/images?kind=x", "not known"),
        ("/api/v1/orgs/acme/image", "missing field `reference`"),
        ("/api/v1/crawls?show=x", "show=all"),
        ("/api/v1/repos/acme/busy/dockerfile", "missing field `path`"),
        ("/api/v1/search?q=", "`q` is empty"),
        (
            "/api/v1/orgs/acme/changes/sums?since=week&item=",
            "`item` is empty: give it a value, or leave it out",
        ),
        ("/api/v1/orgs/acme/images?standing&kind=free", "`standing` is empty"),
        ("/api/v1/orgs/acme/teams?limit=1&limit=2", "limit"),
    ] {
        assert_problem(&get(&site, address).await, 400, part);
    }
    let first = get(&site, "/api/v1/orgs/acme/teams?limit=1").await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let foreign = format!("/api/v1/orgs/acme/images?cursor={cursor}");
    assert_problem(&get(&site, &foreign).await, 400, "another list");
    assert_problem(&get(&site, "/api/v1/orgs/%FF").await, 400, "");
}

#[tokio::test]
async fn what_is_not_there_is_said_and_so_is_a_wrong_method_and_too_much() {
    let (_store, site) = acme().await;
    for address in [
        "/api/v1/nothing",
        "/api/v1/orgs/nobody",
        "/api/v1/orgs/a..b/teams",
        "/api/v1/orgs/acme/items/nope",
        "/api/v1/orgs/acme/teams/nobody",
        "/api/v1/orgs/acme/campaigns/9999",
        "/api/v1/orgs/acme/image?reference=nothing",
        "/api/v1/repos/acme/nothing/decisions",
        "/api/v1/repos/acme/nothing",
        "/api/v1/crawls/9999",
        "/api/v1/crawls/x",
    ] {
        assert_problem(&get(&site, address).await, 404, "");
    }
    let put = Request::put("/api/v1/orgs/acme").body(Body::empty()).unwrap();
    let refused = send(&site, put).await;
    assert_problem(&refused, 405, "");
    assert_eq!(refused.header("allow"), "GET,HEAD");
    let large = Request::post("/api/v1/orgs/acme/crawls").header("content-length", 2_000_000);
    let large = large.body(Body::from(vec![b'a'; 2_000_000])).unwrap();
    assert_problem(&send(&site, large).await, 413, "");
}

#[tokio::test]
async fn a_lost_database_is_our_fault_and_tells_nothing_of_our_insides() {
    let (store, site) = acme().await;
    store.pool().close().await;
    let got = get(&site, "/api/v1/orgs/acme").await;
    assert_problem(&got, 500, "request id");
    assert!(!got.body.to_string().contains("pool"));
    assert_eq!(got.status, StatusCode::INTERNAL_SERVER_ERROR);
}
