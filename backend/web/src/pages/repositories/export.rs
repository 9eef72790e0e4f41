//! The rows as a file: the same filters, the same order, every page.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use checklist::Item;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::read::OrganizationHeader;
use store::read::repositories::{RepositoryLine, RepositoryLines};

use crate::error::AppError;
use crate::parts::{Mark, Tally};

/// A table as JSON.
#[derive(Serialize)]
struct Export<'a> {
    organization: &'a str,
    is_sample: bool,
    crawled_at: Option<DateTime<Utc>>,
    total: i64,
    repositories: Vec<ExportRow<'a>>,
}

/// A row of the table, in both forms.
#[derive(Serialize)]
struct ExportRow<'a> {
    repository: &'a str,
    team: Option<&'a str>,
    state: &'static str,
    language: Option<&'a str>,
    is_archived: bool,
    unreadable_reason: Option<&'a str>,
    dockerfiles: i32,
    items_left: i32,
    met: i64,
    verify: i64,
    unknown: i64,
    remaining: i64,
    not_applicable: i64,
    percent: Option<i64>,
    /// The verdict of each item that hurts most; an item without one is left out.
    items: BTreeMap<&'static str, &'static str>,
    last_commit_at: Option<DateTime<Utc>>,
}

impl<'a> ExportRow<'a> {
    fn new(line: &'a RepositoryLine) -> Self {
        let tally = Tally::from(line.tally);
        let items = line.items.iter().filter_map(|(item, tally)| {
            Mark::worst(Tally::from(*tally)).map(|mark| (item.slug(), mark.class))
        });
        Self {
            repository: line.name.as_str(),
            team: line.team.as_deref(),
            state: line.state.slug(),
            language: line.language.as_deref(),
            is_archived: line.is_archived,
            unreadable_reason: line.unreadable_reason.as_deref(),
            dockerfiles: line.dockerfiles,
            items_left: line.items_left,
            met: tally.met,
            verify: tally.verify,
            unknown: tally.unknown,
            remaining: tally.remaining,
            not_applicable: tally.not_applicable,
            percent: tally.percent(),
            items: items.collect(),
            last_commit_at: line.committed_at,
        }
    }

    fn item(&self, item: Item) -> String {
        self.items.get(item.slug()).copied().unwrap_or_default().to_owned()
    }
}

/// The rows as JSON.
pub(super) fn json(header: &OrganizationHeader, lines: &RepositoryLines) -> Response {
    Json(Export {
        organization: header.login.as_str(),
        is_sample: header.is_sample,
        crawled_at: header.crawled_at,
        total: lines.total,
        repositories: lines.rows.iter().map(ExportRow::new).collect(),
    })
    .into_response()
}

/// The rows as CSV, a heading first.
pub(super) fn csv(
    header: &OrganizationHeader,
    lines: &RepositoryLines,
) -> Result<Response, AppError> {
    let failed = |it: csv::Error| AppError::Export(Box::new(it));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(headings()).map_err(failed)?;
    for line in &lines.rows {
        writer.write_record(record(&ExportRow::new(line), header)).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|it| AppError::Export(it.to_string().into()))?;
    let sample = if header.is_sample { "-sample" } else { "" };
    let name = format!("attachment; filename=\"{}{sample}-repositories.csv\"", header.login);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}

fn headings() -> Vec<&'static str> {
    let mut headings = vec![
        "repository",
        "team",
        "state",
        "language",
        "is_archived",
        "unreadable_reason",
        "dockerfiles",
        "items_left",
        "met",
        "verify",
        "unknown",
        "remaining",
        "not_applicable",
        "percent",
    ];
    headings.extend(Item::ALL.map(Item::slug));
    headings.extend(["last_commit_at", "crawled_at", "is_sample"]);
    headings
}

fn record(row: &ExportRow<'_>, header: &OrganizationHeader) -> Vec<String> {
    let moment = |it: Option<DateTime<Utc>>| {
        it.map(|it| it.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
    };
    let mut record = vec![
        harmless(row.repository),
        harmless(row.team.unwrap_or_default()),
        row.state.to_owned(),
        harmless(row.language.unwrap_or_default()),
        row.is_archived.to_string(),
        harmless(row.unreadable_reason.unwrap_or_default()),
        row.dockerfiles.to_string(),
        row.items_left.to_string(),
        row.met.to_string(),
        row.verify.to_string(),
        row.unknown.to_string(),
        row.remaining.to_string(),
        row.not_applicable.to_string(),
        row.percent.map(|it| it.to_string()).unwrap_or_default(),
    ];
    record.extend(Item::ALL.map(|it| row.item(it)));
    record.extend([moment(row.last_commit_at), moment(header.crawled_at)]);
    record.push(header.is_sample.to_string());
    record
}

/// A cell that a spreadsheet does not take for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.into()
    }
}
