//! Errors in the words and codes of GitHub.

use graphql_parser::Pos;
use serde_json::{Value, json};

/// A query that is wrong before it runs.
pub(super) fn invalid(code: &str, at: Pos, path: &[String], message: String) -> Value {
    json!({
        "path": path,
        "extensions": {"code": code},
        "locations": [location(at)],
        "message": message,
    })
}

/// A query that asks for too much, or for no bounded number.
pub(super) fn excessive(kind: &str, at: Pos, path: &[String], message: String) -> Value {
    json!({"type": kind, "path": path, "locations": [location(at)], "message": message})
}

/// A text that is no query.
pub(super) fn unparsable(message: &str) -> Value {
    json!({"message": format!("Parse error: {message}")})
}

pub(super) fn location(at: Pos) -> Value {
    json!({"line": at.line, "column": at.column})
}
