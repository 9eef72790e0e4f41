//! The answers of faulty requests, and how a good answer is spoilt.

use axum::body::Bytes;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::gate::Resource;

const UNICORN: &str = "<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head>\
    <body><p>We had issues producing the response to your request.</p></body></html>\n";

const WENT_WRONG: &str = "Something went wrong while executing your query. \
    This may be the result of a timeout, or it could be a GitHub bug.";

/// JSON that ends in the middle.
pub(super) fn truncated(mut answer: Answer) -> Answer {
    let half = answer.body.len() / 2;
    answer.body.truncate(half);
    answer
}

/// A page for people with the status of an answer.
pub(super) fn not_json(mut answer: Answer) -> Answer {
    answer.body = Bytes::from_static(UNICORN.as_bytes());
    answer
}

pub(crate) fn status(status: u16, is_graphql: bool) -> Answer {
    match status {
        451 => Answer::blocked(451, "dmca", "2026-01-01T00:00:00Z"),
        500.. if is_graphql => {
            Answer::json(status, &json!({"data": null, "errors": [{"message": WENT_WRONG}]}))
        }
        500.. => Answer::error(status, "Server Error"),
        409 => Answer::error(409, "Git Repository is empty."),
        404 => Answer::not_found(),
        _ => Answer::error(status, "Forbidden"),
    }
}

pub(super) fn used_up(resource: Resource) -> Answer {
    let message = "API rate limit exceeded for user ID 4001.";
    if resource == Resource::Graphql {
        let error = json!({
            "type": "RATE_LIMIT",
            "code": "graphql_rate_limit",
            "message": "API rate limit already exceeded for user ID 4001.",
        });
        return Answer::json(200, &json!({"errors": [error]}));
    }
    Answer::error(403, message)
}

pub(super) fn resource_limits() -> Answer {
    let error = json!({
        "type": "RESOURCE_LIMITS_EXCEEDED",
        "message": "Resource limits for this query exceeded.",
    });
    Answer::json(200, &json!({"data": null, "errors": [error]}))
}

pub(super) fn secondary_limit(status: u16, seconds: u32) -> Answer {
    let message = "You have exceeded a secondary rate limit. \
        Please wait a few minutes before you try again.";
    Answer::error(status, message).with("retry-after", seconds.to_string())
}

/// A GraphQL answer in which one of several objects is missing, with an error of a type
/// or of none.
pub(super) fn partial(mut answer: Answer, kind: Option<&str>) -> Answer {
    let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else { return answer };
    let Some(path) = body.get("data").and_then(lost_path) else { return answer };
    let at = path.iter().try_fold(body.get_mut("data"), |at, key| Some(at?.get_mut(key)));
    if let Some(Some(lost)) = at {
        *lost = Value::Null;
    }
    let error = match kind {
        Some(kind) => json!({"type": kind, "path": path, "message": WENT_WRONG}),
        None => json!({"path": path, "message": WENT_WRONG}),
    };
    if let Some(fields) = body.as_object_mut() {
        let errors = fields.entry("errors").or_insert_with(|| json!([]));
        errors.as_array_mut().into_iter().for_each(|it| it.push(error.clone()));
    }
    answer.body = body.to_string().into();
    answer
}

/// The path of the last of the objects that were asked for side by side.
fn lost_path(data: &Value) -> Option<Vec<String>> {
    let objects = |of: &Value| -> Vec<String> {
        let fields = of.as_object().into_iter().flatten();
        let objects = fields.filter(|(key, it)| it.is_object() && *key != "rateLimit");
        objects.map(|(key, _)| key.clone()).collect()
    };
    let top = objects(data);
    let last = top.last()?.clone();
    let below = data.get(&last).map(objects).unwrap_or_default();
    match below.last() {
        Some(below_last) if top.len() == 1 && below.len() > 1 => {
            Some(vec![last, below_last.clone()])
        }
        _ => Some(vec![last]),
    }
}
