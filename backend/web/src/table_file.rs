//! Small tables as files that say whose facts these are and how old.

use axum::Json;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::read::OrganizationHeader;

use crate::export;

/// A table as JSON.
#[derive(Serialize)]
struct Export<'a, R> {
    organization: &'a str,
    is_sample: bool,
    crawled_at: Option<DateTime<Utc>>,
    total: usize,
    rows: Vec<R>,
}

/// The rows as JSON.
pub(crate) fn json<R: Serialize>(header: &OrganizationHeader, rows: Vec<R>) -> Response {
    Json(Export {
        organization: header.login.as_str(),
        is_sample: header.is_sample,
        crawled_at: header.crawled_at,
        total: rows.len(),
        rows,
    })
    .into_response()
}

/// The rows as CSV, with what they say of whose facts they are; `table` is the file's name.
pub(crate) fn csv(
    header: &OrganizationHeader,
    table: &str,
    headings: &[&'static str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Response {
    let beside = [export::moment(header.crawled_at), header.is_sample.to_string()];
    let rows: Vec<Vec<String>> =
        rows.map(|row| row.into_iter().chain(beside.clone()).collect()).collect();
    let headings = headings.iter().copied().chain(["crawled_at", "is_sample"]).collect();
    export::csv(header, table, headings, rows.into_iter())
}
