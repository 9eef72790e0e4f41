//! `/api/v1`: everything on screen as JSON, and what a person may do, for programs.
//!
//! A handler reads an organization through [`scope::Scope`], which knows its revision and
//! answers an unchanged one with 304 before anything else is asked. Lists are read a page at
//! a time by [`cursor`]. The description at `/api/v1/openapi.json` is made of the handlers'
//! own types, so that a route cannot be missing in it.

mod answer;
mod body;
mod campaigns;
mod catalog;
mod changes;
mod checklist;
mod counts;
mod crawls;
mod cursor;
mod decisions;
mod dockerfile;
mod dockerfiles;
mod document;
mod image;
mod images;
mod items;
mod organizations;
mod outlook;
mod query;
mod queues;
mod repositories;
mod repository;
mod repository_changes;
mod scope;
mod search;
mod settings;
mod still;
mod suggested;
mod tag;
mod teams;
#[cfg(test)]
mod tests;
mod views;
mod words;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::{OpenApi, PathItem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Site;
use crate::routes::{Need, Routes, Row};

pub(crate) use document::DOCUMENT;
pub(crate) use scope::Scope;
pub(crate) use tag::Request as Tagged;

/// Where the description lives.
pub(crate) const DESCRIPTION: &str = "/api/v1/openapi.json";

/// Every address of the API.
pub(crate) fn routes() -> Routes {
    let (router, described) = described().split_for_parts();
    let router = router.layer(from_fn(guard));
    Routes { router, rows: rows(&described) }
}

/// Who may ask for an address: who looks is a viewer, who writes an editor.
fn need(method: &Method, path: &str) -> Need {
    match (method, path) {
        (_, DESCRIPTION) => Need::Nobody,
        (_, "/api/v1/orgs/{org}/settings" | "/api/v1/catalog/refresh") => Need::OPERATOR,
        (&Method::GET | &Method::HEAD, _) => Need::VIEWER,
        _ => Need::EDITOR,
    }
}

async fn guard(path: MatchedPath, request: Request, next: Next) -> Response {
    need(request.method(), path.as_str()).let_through(request, next).await
}

/// The described addresses, with who may ask.
fn rows(described: &OpenApi) -> Vec<Row> {
    let of = |path: &String, item: &PathItem| {
        let methods = [
            (Method::GET, item.get.is_some()),
            (Method::POST, item.post.is_some()),
            (Method::PUT, item.put.is_some()),
            (Method::PATCH, item.patch.is_some()),
            (Method::DELETE, item.delete.is_some()),
        ];
        let there = methods.into_iter().filter(|(_, is_there)| *is_there);
        there
            .map(|(method, _)| Row { need: need(&method, path), method, path: path.clone() })
            .collect::<Vec<_>>()
    };
    described.paths.paths.iter().flat_map(|(path, item)| of(path, item)).collect()
}

/// The addresses with what is said of each.
fn described() -> OpenApiRouter<Site> {
    OpenApiRouter::default()
        .merge(organizations::routes())
        .merge(repositories::routes())
        .merge(dockerfiles::routes())
        .merge(items::routes())
        .merge(images::routes())
        .merge(image::routes())
        .merge(teams::routes())
        .merge(changes::routes())
        .merge(campaigns::routes())
        .merge(still::routes())
        .merge(views::routes())
        .merge(settings::routes())
        .merge(decisions::routes())
        .merge(repository::routes())
        .merge(dockerfile::routes())
        .merge(suggested::routes())
        .merge(repository_changes::routes())
        .merge(crawls::routes())
        .merge(queues::routes())
        .merge(checklist::routes())
        .merge(catalog::routes())
        .merge(search::routes())
        .routes(routes!(description))
}

/// This description
///
/// OpenAPI 3.1, for programs that make clients of it.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "About",
    responses((status = 200, body = serde_json::Value)))]
async fn description(request: tag::Request) -> impl IntoResponse {
    request.answer_by_content(&*DOCUMENT)
}
