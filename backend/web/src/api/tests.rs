//! The API over a real database.

mod decisions;
mod document;
mod lists;
mod refusals;
mod single;
mod tags;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use store::testing::TestStore;
use tower::ServiceExt as _;

use crate::testing::app;
use crate::world;

/// The site over an organization with a repository of every kind.
async fn acme() -> (TestStore, Router) {
    let store = store::testing::store().await;
    world::acme(&store).await;
    let site = crate::router(app(&store));
    (store, site)
}

/// What a program gets.
struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}

async fn send(site: &Router, request: Request<Body>) -> Got {
    let response = site.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    assert!(!body.is_null() || bytes.is_empty(), "{}", String::from_utf8_lossy(&bytes));
    Got { status, headers, body }
}

async fn get(site: &Router, address: &str) -> Got {
    send(site, Request::get(address).body(Body::empty()).unwrap()).await
}

/// The values of a field of an answer's rows.
fn each<'a>(got: &'a Got, field: &str) -> Vec<&'a str> {
    let rows = got.body["data"].as_array().unwrap();
    rows.iter().map(|it| it[field].as_str().unwrap_or("-")).collect()
}

/// All pages of a list, one after the other.
async fn whole(site: &Router, address: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut next = Some(address.to_owned());
    while let Some(address) = next {
        let got = get(site, &address).await;
        assert_eq!(got.status, StatusCode::OK, "{address}: {}", got.body);
        rows.extend(got.body["data"].as_array().unwrap().iter().cloned());
        let link = got.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        assert_eq!(link.is_some(), got.body["next_cursor"].is_string());
        next = link;
    }
    rows
}
