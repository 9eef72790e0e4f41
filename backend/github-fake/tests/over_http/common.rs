//! A plain HTTP client that sends exactly what a test says, and a small world.

use std::error::Error;

use axum::body::Bytes;
use axum::http::{HeaderMap, Request};
use chrono::{DateTime, Utc};
use github_fake::{Facts, Fake, NewRepository, Options, Push, Visibility, World};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

pub(crate) type Tested = Result<(), Box<dyn Error>>;

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
    }
}

/// A request with the headers that a decent client sends.
pub(crate) fn get(fake: &Fake, path: &str) -> axum::http::request::Builder {
    Request::get(format!("{}{path}", fake.api_url()))
        .header("user-agent", "test")
        .header("authorization", format!("Bearer {}", fake.token()))
}

pub(crate) async fn send(
    request: axum::http::request::Builder,
    body: impl Into<Bytes>,
) -> Result<Reply, Box<dyn Error>> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let response = client.request(request.body(Full::new(body.into()))?).await?;
    let (head, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(Reply { status: head.status.as_u16(), headers: head.headers, body })
}

pub(crate) async fn fetch(fake: &Fake, path: &str) -> Result<Reply, Box<dyn Error>> {
    send(get(fake, path), "").await
}

pub(crate) async fn query(
    fake: &Fake,
    text: &str,
    variables: Value,
) -> Result<Value, Box<dyn Error>> {
    let request = Request::post(fake.graphql_url())
        .header("user-agent", "test")
        .header("authorization", format!("Bearer {}", fake.token()));
    let body = json!({"query": text, "variables": variables}).to_string();
    Ok(send(request, body).await?.json())
}

pub(crate) fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_763_899_200, 0).unwrap_or_default()
}

/// An organization `acme` with a public repository `shop` of two commits, and an
/// empty private repository `vault`.
pub(crate) fn world() -> Result<World, Box<dyn Error>> {
    let mut world = World::new(noon());
    world.add_organization("acme")?;
    let public = Facts {
        visibility: Visibility::Public,
        language: Some("Go".to_owned()),
        topics: vec!["team-payments".to_owned()],
        ..Facts::default()
    };
    let mut shop = NewRepository::named("acme", "shop")?.facts(public);
    shop.created_at = Some(noon() - chrono::Duration::days(11));
    world.create(shop)?;
    world.create(NewRepository::named("acme", "vault")?)?;
    let first = Push::new("Import the shop")
        .file("Dockerfile", "FROM node:22\n")
        .file("api/Dockerfile", "FROM golang:1.26\n")
        .symlink("api/Containerfile", "Dockerfile")
        .at(noon() - chrono::Duration::days(10));
    world.push("acme/shop", first)?;
    let second = Push::new("Harden the shop")
        .file("Dockerfile", "FROM dhi.io/node:22\n")
        .at(noon() - chrono::Duration::days(1));
    world.push("acme/shop", second)?;
    Ok(world)
}

pub(crate) async fn started() -> Result<Fake, Box<dyn Error>> {
    Ok(Fake::start(world()?, Options::default()).await?)
}
