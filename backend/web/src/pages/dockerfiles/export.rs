//! The rows as a file: the same filters, the same order, every page.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use checklist::Item;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::read::dockerfiles::DockerfileFilter;
use store::read::snapshot::Snapshot;

use super::Request;
use crate::export::{self, moment};
use crate::parts::Tally;

/// A table as JSON.
#[derive(Serialize)]
struct Export<'a> {
    organization: &'a str,
    is_sample: bool,
    crawled_at: Option<DateTime<Utc>>,
    total: usize,
    dockerfiles: Vec<ExportRow<'a>>,
}

/// A row of the table, in both forms.
#[derive(Serialize)]
struct ExportRow<'a> {
    repository: &'a str,
    path: &'a str,
    team: Option<&'a str>,
    /// Where it is said whose it is.
    team_source: Option<&'static str>,
    items: BTreeMap<&'static str, &'static str>,
    left: usize,
    percent: Option<i64>,
    /// The reason that the filter asks for, and its line.
    reason: Option<&'a str>,
    line: Option<u32>,
    last_change_at: DateTime<Utc>,
}

impl<'a> ExportRow<'a> {
    fn new(snapshot: &'a Snapshot, filter: &DockerfileFilter, place: usize) -> Option<Self> {
        let file = snapshot.dockerfiles.get(place)?;
        let finding = snapshot.finding_of(filter, file);
        let items = Item::ALL.into_iter().zip(file.items);
        Some(Self {
            repository: snapshot.repository_of(file)?.name.as_str(),
            path: file.path.as_str(),
            team: file.team.map(|it| snapshot.team(it)),
            team_source: file.team.and(file.team_source).map(|it| it.slug()),
            items: items.map(|(item, verdict)| (item.slug(), verdict.slug())).collect(),
            left: file.left(),
            percent: Tally::from(file.tally()).percent(),
            reason: finding.map(|it| it.code.as_str()),
            line: finding.and_then(|it| it.line),
            last_change_at: file.committed_at,
        })
    }
}

/// The rows as JSON.
pub(super) fn json(request: &Request) -> Response {
    let row = |it: &usize| ExportRow::new(&request.snapshot, &request.address.filter, *it);
    Json(Export {
        organization: request.header.login.as_str(),
        is_sample: request.header.is_sample,
        crawled_at: request.header.crawled_at,
        total: request.rows.len(),
        dockerfiles: request.rows.iter().filter_map(row).collect(),
    })
    .into_response()
}

/// The rows as CSV.
pub(super) fn csv(request: Request) -> Response {
    let Request { header, address, snapshot, rows, now: _ } = request;
    let about = [moment(header.crawled_at), header.is_sample.to_string()];
    let rows = rows.into_iter().filter_map(move |place| {
        let row = ExportRow::new(&snapshot, &address.filter, place)?;
        Some(record(&row).into_iter().chain(about.clone()).collect())
    });
    export::csv(&header, "dockerfiles", headings(), rows)
}

fn headings() -> Vec<&'static str> {
    let mut headings = vec!["repository", "path", "team", "team_source"];
    headings.extend(Item::ALL.map(Item::slug));
    headings.extend(["left", "percent", "reason", "line", "last_change_at"]);
    headings.extend(["crawled_at", "is_sample"]);
    headings
}

fn record(row: &ExportRow<'_>) -> Vec<String> {
    let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
    let mut record =
        vec![row.repository.to_owned(), row.path.to_owned(), text(row.team), text(row.team_source)];
    record.extend(Item::ALL.map(|it| text(row.items.get(it.slug()).copied())));
    record.extend([
        row.left.to_string(),
        row.percent.map(|it| it.to_string()).unwrap_or_default(),
        text(row.reason),
        row.line.map(|it| it.to_string()).unwrap_or_default(),
        moment(Some(row.last_change_at)),
    ]);
    record
}
