//! What stands around every page.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::error::AppError;
use crate::testing::app;
use crate::{assets, middleware};

async fn panics() -> &'static str {
    panic!("the secret inside")
}

async fn site() -> (store::testing::TestStore, Router) {
    let store = store::testing::store().await;
    let site = crate::router(app(&store));
    (store, site)
}

async fn ask(site: Router, request: Request<Body>) -> (StatusCode, Response, String) {
    let mut response = site.oneshot(request).await.unwrap();
    let body = std::mem::replace(response.body_mut(), Body::empty());
    let bytes = body.collect().await.unwrap().to_bytes();
    (response.status(), response, String::from_utf8_lossy(&bytes).into_owned())
}

fn asked(address: &str) -> Request<Body> {
    Request::get(address).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn every_answer_carries_its_guards_and_an_id() {
    let (_store, site) = site().await;
    let (_, response, _) = ask(site, asked("/nothing")).await;
    let shown = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert!(shown("content-security-policy").starts_with("default-src 'self'"));
    assert_eq!(shown("x-content-type-options"), "nosniff");
    assert_eq!(shown("referrer-policy"), "same-origin");
    assert_eq!(shown("x-request-id").len(), 16);
}

#[tokio::test]
async fn a_static_file_is_kept_for_ever_and_known_by_its_tag() {
    let (_store, site) = site().await;
    let path = assets::DRYDOCK_CSS.path;
    let (status, response, css) = ask(site.clone(), asked(path)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(css.contains("--accent"));
    assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    let tag = response.headers()["etag"].clone();
    let again = Request::get(path).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    assert_eq!(ask(site.clone(), again).await.0, StatusCode::NOT_MODIFIED);
    assert_eq!(ask(site, asked("/static/drydock-0.css")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refusal_is_a_page_for_people_and_a_problem_for_programs() {
    let (_store, site) = site().await;
    let (status, _, page) = ask(site.clone(), asked("/nothing")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(page.contains("There is nothing here") && !page.contains("Request id"));
    let (status, response, problem) = ask(site, asked("/api/v1/nothing")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&problem).unwrap();
    assert_eq!(
        (&problem["status"], &problem["title"]),
        (&404.into(), &"There is nothing here".into())
    );
}

#[tokio::test]
async fn our_own_fault_shows_the_request_id_and_nothing_else() {
    let broken = || async {
        Err::<(), _>(AppError::Store(store::StoreError::Corrupt("the secret inside".to_owned())))
    };
    let site = middleware::around(
        Router::new().route("/broken", get(broken)).route("/panics", get(panics)),
        None,
    );
    for address in ["/broken", "/panics"] {
        let (status, response, page) = ask(site.clone(), asked(address)).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{address}");
        assert!(page.contains(response.headers()["x-request-id"].to_str().unwrap()), "{address}");
        assert!(!page.contains("secret"), "{address}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let (_store, site) = site().await;
    let request = Request::post("/welcome").header("sec-fetch-site", "cross-site");
    let (status, _, page) = ask(site, request.body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("This request came from another site"));
}

#[tokio::test]
async fn more_than_a_megabyte_is_refused() {
    let (_store, site) = site().await;
    let request = Request::post("/welcome")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::CONTENT_LENGTH, 2_000_000);
    let (status, _, page) =
        ask(site, request.body(Body::from(vec![b'a'; 2_000_000])).unwrap()).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.contains("That was too much"));
}

#[tokio::test]
async fn health_needs_no_database_and_readiness_does() {
    let (store, site) = site().await;
    assert_eq!(ask(site.clone(), asked("/healthz")).await.0, StatusCode::OK);
    assert_eq!(ask(site.clone(), asked("/readyz")).await.0, StatusCode::OK);
    store.pool().close().await;
    assert_eq!(ask(site.clone(), asked("/healthz")).await.0, StatusCode::OK);
    assert_eq!(ask(site, asked("/readyz")).await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_page_over_a_lost_database_is_our_fault_and_says_so() {
    let (store, site) = site().await;
    store.pool().close().await;
    let (status, _, page) = ask(site, asked("/")).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.contains("Something went wrong on our side") && page.contains("Request id"));
}

#[tokio::test]
async fn an_address_that_is_no_text_is_refused_without_our_insides() {
    let (_store, site) = site().await;
    let (status, _, page) = ask(site, asked("/orgs/%FF")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(page.contains("This address cannot be read") && !page.contains("UTF-8"));
}
