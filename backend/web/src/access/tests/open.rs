//! A site without sign-in answers this machine and nobody else.

use axum::http::{Request, StatusCode, header};

use crate::testing::gate::read;
use crate::testing::{app, words};

#[tokio::test]
async fn it_is_open_to_this_machine_and_says_so() {
    let store = store::testing::store().await;
    for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
        let request = Request::get("/settings").header(header::HOST, host);
        let (status, page) = read(&app(&store), request).await;
        assert_eq!(status, StatusCode::OK, "{host}");
        assert!(page.contains("Open to this machine alone: no sign-in is set."), "{page}");
    }
}

#[tokio::test]
async fn another_name_that_leads_here_is_told_nothing() {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    for address in ["/", "/orgs/acme", "/api/v1/orgs", "/orgs/acme/repositories.csv"] {
        let request = Request::get(address).header(header::HOST, "evil.example");
        let (status, page) = read(&app(&store), request).await;
        assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{address}");
        assert!(page.contains("answers this machine alone") && !page.contains("acme"), "{page}");
    }
}

#[tokio::test]
async fn what_a_proxy_passed_on_is_told_nothing() {
    let store = store::testing::store().await;
    let request = Request::get("/").header(header::HOST, "localhost");
    let request = request.header("x-forwarded-for", "203.0.113.7");
    let (status, page) = read(&app(&store), request).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(words(&page).contains("Set one first"), "{page}");
}

#[tokio::test]
async fn what_is_for_everybody_is_had_by_any_name() {
    let store = store::testing::store().await;
    let request = Request::get("/healthz").header(header::HOST, "drydock.example");
    assert_eq!(read(&app(&store), request).await.0, StatusCode::OK);
    let request = Request::get("/sign-in").header(header::HOST, "localhost");
    assert_eq!(read(&app(&store), request).await.0, StatusCode::SEE_OTHER, "nobody signs in");
}
