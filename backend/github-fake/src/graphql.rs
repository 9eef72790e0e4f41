//! GraphQL: a small executor over the part of GitHub's schema that we ask.
//!
//! A query is parsed, planned against `schema.graphql` (which finds everything
//! that GitHub refuses before it runs), priced by GitHub's formula, and resolved.

mod connection;
mod cost;
mod execute;
mod node;
mod plan;
mod refusal;
mod resolve;
mod schema;
mod values;

use axum::http::Method;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub(crate) use schema::Schema;

use crate::answer::Answer;
use crate::credential::Credential;
use crate::gate::Resource;
use crate::server::{Shared, faulty, lock};
use cost::Cost;
use execute::Executor;
use plan::Selected;

/// What is posted.
#[derive(Debug, Deserialize)]
struct Posted {
    query: String,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    #[serde(default, rename = "operationName")]
    operation: Option<String>,
}

/// The text of the query, for the account.
pub(crate) fn query_text(body: &[u8]) -> String {
    let posted: Result<Posted, _> = serde_json::from_slice(body);
    posted.map_or_else(|_| String::from_utf8_lossy(body).into_owned(), |it| it.query)
}

/// The answer to a posted query and its cost in points.
pub(crate) fn post(
    shared: &Shared,
    head: &Parts,
    body: &[u8],
    credential: Option<&Credential>,
) -> (Answer, u64) {
    if head.method != Method::POST {
        return (Answer::not_found(), 0);
    }
    let Some(credential) = credential else {
        return (Answer::error(401, "This endpoint requires you to be authenticated."), 0);
    };
    if credential.kind.app().is_some() {
        return (Answer::error(401, "Bad credentials"), 0);
    }
    let Ok(posted) = serde_json::from_slice::<Posted>(body) else {
        return (Answer::error(400, "Problems parsing JSON"), 0);
    };
    let variables = posted.variables.unwrap_or_default();
    let planned = plan::plan(&shared.schema, &posted.query, variables, posted.operation.as_deref());
    match planned {
        Err(errors) => (Answer::json(200, &json!({"errors": errors})), 1),
        Ok(plan) => match cost::price(&plan) {
            Err(error) => (Answer::json(200, &json!({"errors": [error]})), 1),
            Ok(cost) if is_too_long(shared, &plan) => (faulty::status(502, true), cost.points),
            Ok(cost) => (run(shared, credential, &plan, cost), cost.points),
        },
    }
}

/// Whether the query looks up more objects than fit into GitHub's ten seconds.
fn is_too_long(shared: &Shared, plan: &[Selected]) -> bool {
    shared.options.graphql_lookup_limit.is_some_and(|limit| lookups(plan) > limit)
}

fn lookups(fields: &[Selected]) -> usize {
    fields.iter().map(|it| usize::from(it.name == "object") + lookups(&it.below)).sum()
}

fn run(shared: &Shared, credential: &Credential, plan: &[Selected], cost: Cost) -> Answer {
    let rate_limit = rate_limit(shared, credential, cost);
    let world = lock(&shared.world);
    let mut executor = Executor::new(&shared.schema, &world, credential, rate_limit);
    let data = executor.query(plan);
    let mut account = lock(&shared.account);
    account.trees += executor.served.trees;
    account.blobs += executor.served.blob_oids.len();
    account.blob_oids.append(&mut executor.served.blob_oids);
    let mut body = json!({"data": data});
    if let (Some(fields), false) = (body.as_object_mut(), executor.errors.is_empty()) {
        fields.insert("errors".to_owned(), Value::Array(executor.errors));
    }
    Answer::json(200, &body)
}

fn rate_limit(shared: &Shared, credential: &Credential, cost: Cost) -> Value {
    if !shared.options.has_rate_limits {
        return Value::Null;
    }
    let now = (shared.options.clock)();
    let login = Some(credential.login.as_str());
    let budget = *lock(&shared.budgets).of(Resource::Graphql, login, now);
    json!({
        "__typename": "RateLimit",
        "cost": cost.points,
        "limit": budget.limit,
        "nodeCount": cost.nodes,
        "remaining": budget.remaining().saturating_sub(cost.points),
        "resetAt": connection::moment(budget.resets_at),
        "used": budget.used + cost.points,
    })
}

/// An id that is the same everywhere and tells its reader nothing.
pub(crate) fn global_id(kind: &str, id: impl std::fmt::Display) -> String {
    let prefix: String = kind.chars().take(1).collect();
    format!("{prefix}_{}", URL_SAFE_NO_PAD.encode(format!("{kind}:{id}")))
}

/// The kind and the rest of a global id.
fn read_global_id(text: &str) -> Option<(String, String)> {
    let (_, encoded) = text.split_once('_')?;
    let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()?;
    let (kind, id) = decoded.split_once(':')?;
    Some((kind.to_owned(), id.to_owned()))
}
