//! Connections: a window on an ordered list, with cursors that hold a value and
//! not a position, so that a list changing between two pages is walked rightly.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::node::{Failure, Node};
use super::plan::Args;

const CURSOR: &str = "cursor:v2:";

/// The part of a list that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Connection<'w> {
    pub(super) type_name: &'static str,
    pub(super) edge_type: &'static str,
    pub(super) rows: Vec<(String, Node<'w>)>,
    total: usize,
    has_next: bool,
    has_previous: bool,
}

/// A whole list: rows with their keys, whose order is that of their text.
pub(super) struct Rows<'w> {
    pub(super) type_name: &'static str,
    pub(super) edge_type: &'static str,
    pub(super) rows: Vec<(String, Node<'w>)>,
    pub(super) descending: bool,
}

impl<'w> Rows<'w> {
    /// Rows in the order they are given.
    pub(super) fn in_order(
        type_name: &'static str,
        edge_type: &'static str,
        nodes: Vec<Node<'w>>,
    ) -> Self {
        let rows = nodes.into_iter().enumerate();
        let rows = rows.map(|(index, node)| (format!("{index:010}"), node)).collect();
        Self { type_name, edge_type, rows, descending: false }
    }

    /// What `first`, `last`, `after` and `before` ask for.
    pub(super) fn window(mut self, arguments: &Args) -> Result<Connection<'w>, Failure> {
        self.rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        if self.descending {
            self.rows.reverse();
        }
        let total = self.rows.len();
        let descending = self.descending;
        let is_before = |a: &str, b: &str| if descending { a > b } else { a < b };
        let mut has_previous = false;
        let mut has_next = false;
        if let Some(after) = key_of(arguments.get("after"))? {
            self.rows.retain(|(key, _)| is_before(&after, key));
            has_previous = self.rows.len() < total;
        }
        if let Some(before) = key_of(arguments.get("before"))? {
            let count = self.rows.len();
            self.rows.retain(|(key, _)| is_before(key, &before));
            has_next = self.rows.len() < count;
        }
        if let Some(first) = size(arguments.get("first")) {
            has_next |= self.rows.len() > first;
            self.rows.truncate(first);
        } else if let Some(last) = size(arguments.get("last")) {
            let surplus = self.rows.len().saturating_sub(last);
            has_previous |= surplus > 0;
            self.rows.drain(..surplus);
        }
        let Self { type_name, edge_type, rows, .. } = self;
        Ok(Connection { type_name, edge_type, rows, total, has_next, has_previous })
    }
}

impl Connection<'_> {
    pub(super) fn total(&self) -> usize {
        self.total
    }

    pub(super) fn page_info(&self) -> Value {
        json!({
            "__typename": "PageInfo",
            "startCursor": self.rows.first().map(|(key, _)| cursor(key)),
            "endCursor": self.rows.last().map(|(key, _)| cursor(key)),
            "hasNextPage": self.has_next,
            "hasPreviousPage": self.has_previous,
        })
    }
}

fn size(argument: Option<&Value>) -> Option<usize> {
    argument?.as_u64().and_then(|it| usize::try_from(it).ok())
}

/// The cursor of a row by its key.
pub(super) fn cursor(key: &str) -> String {
    STANDARD.encode(format!("{CURSOR}{key}"))
}

fn key_of(argument: Option<&Value>) -> Result<Option<String>, Failure> {
    let Some(Value::String(text)) = argument else { return Ok(None) };
    let decoded = STANDARD.decode(text).ok().and_then(|it| String::from_utf8(it).ok());
    let key = decoded.and_then(|it| it.strip_prefix(CURSOR).map(str::to_owned));
    key.map(Some).ok_or_else(|| Failure {
        kind: "INVALID_CURSOR_ARGUMENTS",
        message: format!("`{text}` does not appear to be a valid cursor."),
    })
}

/// A moment as GitHub prints it.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
