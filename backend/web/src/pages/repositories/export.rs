//! The rows as a file: the same filters, the same order, every page.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use checklist::Item;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::read::OrganizationHeader;
use store::read::snapshot::{Snapshot, SnapshotRepository};

use crate::export::{self, moment};
use crate::parts::{Mark, Tally};

/// A table as JSON.
#[derive(Serialize)]
struct Export<'a> {
    organization: &'a str,
    is_sample: bool,
    crawled_at: Option<DateTime<Utc>>,
    total: usize,
    repositories: Vec<ExportRow<'a>>,
}

/// A row of the table, in both forms.
#[derive(Serialize)]
struct ExportRow<'a> {
    repository: &'a str,
    /// Most of its Dockerfiles first.
    teams: Vec<&'a str>,
    has_no_owner: bool,
    state: &'static str,
    language: Option<&'a str>,
    is_archived: bool,
    unreadable_reason: Option<&'a str>,
    dockerfiles: usize,
    items_left: usize,
    met: i64,
    verified: i64,
    verify: i64,
    unknown: i64,
    remaining: i64,
    waived: i64,
    not_applicable: i64,
    percent: Option<i64>,
    /// The verdict of each item that hurts most; an item without one is left out.
    items: BTreeMap<&'static str, &'static str>,
    last_commit_at: Option<DateTime<Utc>>,
}

impl<'a> ExportRow<'a> {
    fn new(snapshot: &'a Snapshot, it: &'a SnapshotRepository) -> Self {
        let tally = Tally::from(it.tally());
        let items = Item::ALL.into_iter().zip(*it.items);
        let items = items.filter_map(|(item, tally)| {
            Mark::worst(Tally::from(tally)).map(|mark| (item.slug(), mark.class))
        });
        Self {
            repository: it.name.as_str(),
            teams: it.teams.iter().map(|team| snapshot.team(*team)).collect(),
            has_no_owner: it.has_no_owner,
            state: it.state.slug(),
            language: it.language.as_deref(),
            is_archived: it.is_archived,
            unreadable_reason: it.unreadable_reason.as_deref(),
            dockerfiles: it.dockerfiles.len(),
            items_left: it.items_left(),
            met: tally.met,
            verified: tally.verified,
            verify: tally.verify,
            unknown: tally.unknown,
            remaining: tally.remaining,
            waived: tally.waived,
            not_applicable: tally.not_applicable,
            percent: tally.percent(),
            items: items.collect(),
            last_commit_at: it.committed_at,
        }
    }

    fn item(&self, item: Item) -> String {
        self.items.get(item.slug()).copied().unwrap_or_default().to_owned()
    }
}

/// The rows at `places` as JSON.
pub(super) fn json(header: &OrganizationHeader, snapshot: &Snapshot, places: &[usize]) -> Response {
    let rows = places.iter().filter_map(|it| snapshot.repositories.get(*it));
    Json(Export {
        organization: header.login.as_str(),
        is_sample: header.is_sample,
        crawled_at: header.crawled_at,
        total: places.len(),
        repositories: rows.map(|it| ExportRow::new(snapshot, it)).collect(),
    })
    .into_response()
}

/// The rows at `places` as CSV.
pub(super) fn csv(
    header: OrganizationHeader,
    snapshot: Arc<Snapshot>,
    places: Vec<usize>,
) -> Response {
    let about = [moment(header.crawled_at), header.is_sample.to_string()];
    let rows = places.into_iter().filter_map(move |place| {
        let row = ExportRow::new(&snapshot, snapshot.repositories.get(place)?);
        Some(record(&row).into_iter().chain(about.clone()).collect())
    });
    export::csv(&header, "repositories", headings(), rows)
}

fn headings() -> Vec<&'static str> {
    let mut headings = vec![
        "repository",
        "teams",
        "has_no_owner",
        "state",
        "language",
        "is_archived",
        "unreadable_reason",
        "dockerfiles",
        "items_left",
        "met",
        "verified",
        "verify",
        "unknown",
        "remaining",
        "waived",
        "not_applicable",
        "percent",
    ];
    headings.extend(Item::ALL.map(Item::slug));
    headings.extend(["last_commit_at", "crawled_at", "is_sample"]);
    headings
}

fn record(row: &ExportRow<'_>) -> Vec<String> {
    let mut record = vec![
        row.repository.to_owned(),
        row.teams.join(", "),
        row.has_no_owner.to_string(),
        row.state.to_owned(),
        row.language.unwrap_or_default().to_owned(),
        row.is_archived.to_string(),
        row.unreadable_reason.unwrap_or_default().to_owned(),
        row.dockerfiles.to_string(),
        row.items_left.to_string(),
        row.met.to_string(),
        row.verified.to_string(),
        row.verify.to_string(),
        row.unknown.to_string(),
        row.remaining.to_string(),
        row.waived.to_string(),
        row.not_applicable.to_string(),
        row.percent.map(|it| it.to_string()).unwrap_or_default(),
    ];
    record.extend(Item::ALL.map(|it| row.item(it)));
    record.push(moment(row.last_commit_at));
    record
}
