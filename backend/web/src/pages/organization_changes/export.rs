//! The changes as files: a row for each verdict that changed, and for each repository that
//! was finished or slipped back.

use axum::BoxError;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use store::StoreError;
use store::read::OrganizationHeader;
use store::read::changes::{ChangeGroup, ChangeKind, ChangeStep, Told};
use store::read::overview::Milestone;

use crate::export::{self, moment};

/// A row, in both forms.
#[derive(Debug, Serialize)]
struct ExportRow<'a> {
    changed_at: String,
    kind: &'static str,
    repository: &'a str,
    path: Option<&'a str>,
    team: Option<&'a str>,
    item: Option<&'static str>,
    from: Option<&'static str>,
    to: Option<&'static str>,
    cause: &'a str,
    commit: Option<&'a str>,
    decided_by: Option<&'a str>,
    reason: Option<&'a str>,
}

fn rows(entries: &[Told]) -> Vec<ExportRow<'_>> {
    let mut rows = Vec::new();
    for entry in entries {
        match entry {
            Told::Milestone(_, milestone) => rows.push(of_milestone(milestone)),
            Told::Verdicts(group) => rows.extend(group.steps.iter().map(|it| of_step(group, it))),
        }
    }
    rows
}

fn of_milestone(it: &Milestone) -> ExportRow<'_> {
    let kind = if it.is_slip { ChangeKind::SlippedBack } else { ChangeKind::Finished };
    ExportRow {
        changed_at: moment(Some(it.at)),
        kind: kind.slug(),
        repository: it.repository.as_str(),
        path: None,
        team: None,
        item: None,
        from: None,
        to: None,
        cause: "",
        commit: None,
        decided_by: None,
        reason: None,
    }
}

fn of_step<'a>(group: &'a ChangeGroup, step: &'a ChangeStep) -> ExportRow<'a> {
    ExportRow {
        changed_at: moment(Some(group.key.at)),
        kind: step.kind.slug(),
        repository: group.repository.as_str(),
        path: Some(group.path.as_str()),
        team: group.team.as_deref(),
        item: Some(step.item.slug()),
        from: step.from.map(store::read::ItemVerdict::slug),
        to: step.to.map(store::read::ItemVerdict::slug),
        cause: &group.key.cause,
        commit: group.commit_sha.as_ref().map(names::CommitSha::as_str),
        decided_by: step.decision.as_ref().map(|it| it.decided_by.as_str()),
        reason: step.decision.as_ref().map(|it| it.reason.as_str()),
    }
}

impl ExportRow<'_> {
    fn cells(self) -> Vec<String> {
        let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
        vec![
            self.changed_at,
            self.kind.to_owned(),
            self.repository.to_owned(),
            text(self.path),
            text(self.team),
            text(self.item),
            text(self.from),
            text(self.to),
            self.cause.to_owned(),
            text(self.commit),
            text(self.decided_by),
            text(self.reason),
        ]
    }
}

const HEADINGS: [&str; 12] = [
    "changed_at",
    "kind",
    "repository",
    "path",
    "team",
    "item",
    "from",
    "to",
    "cause",
    "commit",
    "decided_by",
    "reason",
];

/// The rows of all parts as JSON.
pub(super) fn json(
    header: &OrganizationHeader,
    parts: impl Stream<Item = Result<Vec<Told>, StoreError>> + Send + 'static,
) -> Response {
    let head = serde_json::json!({
        "crawled_at": header.crawled_at,
        "is_sample": header.is_sample,
        "organization": header.login.as_str(),
    });
    // The object stays open for the rows.
    let head = format!("{},\"rows\":[", head.to_string().trim_end_matches('}'));
    let rows = parts.enumerate().map(|(place, entries)| written(&entries?, place == 0));
    let ends = |it: String| stream::iter([Ok::<_, BoxError>(it)]);
    let body = Body::from_stream(ends(head).chain(rows).chain(ends("]}".to_owned())));
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

/// Rows of a list in JSON, that go on after others unless they are the first.
fn written(entries: &[Told], are_first: bool) -> Result<String, BoxError> {
    let mut text = String::new();
    for row in rows(entries) {
        if !(are_first && text.is_empty()) {
            text.push(',');
        }
        text.push_str(&serde_json::to_string(&row)?);
    }
    Ok(text)
}

/// The rows of all parts as CSV, with what they say of whose facts they are.
pub(super) fn csv(
    header: &OrganizationHeader,
    parts: impl Stream<Item = Result<Vec<Told>, StoreError>> + Send + 'static,
) -> Response {
    let beside = [moment(header.crawled_at), header.is_sample.to_string()];
    let cells = move |it: ExportRow<'_>| it.cells().into_iter().chain(beside.clone()).collect();
    let parts = parts.map(move |it| Ok(rows(&it?).into_iter().map(&cells).collect()));
    let headings = HEADINGS.into_iter().chain(["crawled_at", "is_sample"]).collect();
    export::csv_in_parts(header, "changes", headings, parts)
}
