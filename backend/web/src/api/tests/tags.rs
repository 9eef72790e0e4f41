//! What a client has already is not sent again.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use checklist::Catalog;
use tokio::sync::watch;

use super::{acme, get, send};

#[tokio::test]
async fn an_answer_that_did_not_change_is_not_sent_again() {
    let (store, site) = acme().await;
    for address in [
        "/api/v1/orgs",
        "/api/v1/orgs/acme",
        "/api/v1/orgs/acme/repositories?sort=name",
        "/api/v1/orgs/acme/changes",
        "/api/v1/orgs/acme/settings",
        "/api/v1/orgs/acme/campaigns",
        "/api/v1/repos/acme/busy",
        "/api/v1/repos/acme/busy/decisions",
        "/api/v1/crawls",
        "/api/v1/checklist",
        "/api/v1/openapi.json",
    ] {
        let got = get(&site, address).await;
        assert_eq!(got.status, StatusCode::OK, "{address}");
        assert_eq!(got.header("cache-control"), "private, no-cache", "{address}");
        let known = format!("\"x\", {}", got.header("etag"));
        let again = Request::get(address).header("if-none-match", &known);
        let again = send(&site, again.body(Body::empty()).unwrap()).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{address}");
        assert_eq!(again.header("etag"), got.header("etag"), "{address}");
        assert!(again.body.is_null());
        let head = Request::builder().method(Method::HEAD).uri(address);
        let head = send(&site, head.body(Body::empty()).unwrap()).await;
        assert_eq!((head.status, head.header("etag")), (StatusCode::OK, got.header("etag")));
    }
    let before = get(&site, "/api/v1/orgs/acme").await;
    store.set_unreadable(names::RepositoryId(5), "it is blocked").await.unwrap();
    let after = get(&site, "/api/v1/orgs/acme").await;
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_ne!(get(&site, "/api/v1/orgs/acme/teams").await.header("etag"), after.header("etag"));
}

#[tokio::test]
async fn an_answer_is_sent_again_when_the_catalogue_changed() {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    let mut app = crate::testing::app(&store);
    let built_in = Catalog::built_in();
    let (sender, receiver) = watch::channel(Arc::new(built_in.clone()));
    app.catalog = receiver;
    let site = crate::router(app);
    let before = get(&site, "/api/v1/orgs/acme/images").await;
    let next = built_in.with_hardened("next", "2026-11-26", []);
    sender.send(Arc::new(next)).unwrap();
    let after = get(&site, "/api/v1/orgs/acme/images").await;
    assert_ne!(before.header("etag"), after.header("etag"));
}
