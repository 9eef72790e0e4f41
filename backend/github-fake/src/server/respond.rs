//! One request from its arrival to its answer: account, faults, gate, router, headers.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use axum::http::Method;
use axum::http::request::Parts;

use super::{Shared, faulty, lock};
use crate::answer::Answer;
use crate::credential::{self, Credential};
use crate::faults::Fault;
use crate::gate::{Resource, with_budget, with_token};
use crate::graphql;
use crate::oauth;
use crate::pace::Lane;
use crate::rest::{self, Call, archive};

/// The versions of the REST API that GitHub knows at the time of writing.
const API_VERSIONS: [&str; 2] = ["2022-11-28", "2026-03-10"];

const NO_USER_AGENT: &str = "\r\nRequest forbidden by administrative rules. \
    Please make sure your request has a User-Agent header \
    (https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent). \
    Check https://developer.github.com for other possible causes.\r\n";

/// The answer to a request, and how long it has to wait.
pub(super) fn respond(shared: &Shared, head: &Parts, body: &[u8]) -> (Answer, Option<Duration>) {
    let path = head.uri.path();
    let is_graphql = is_graphql(path);
    record(shared, head, body, is_graphql);
    if let Some(seconds) = too_fast(shared, head) {
        return (faulty::secondary_limit(403, seconds), None);
    }
    let fault = lock(&shared.faults).next(path, is_graphql);
    let answer = || answer(shared, head, body, is_graphql);
    match fault {
        None => (answer(), None),
        Some(Fault::Late(delay)) => (answer(), Some(delay)),
        Some(fault) => (spoilt(shared, fault, head, answer), None),
    }
}

fn spoilt(shared: &Shared, fault: Fault, head: &Parts, answer: impl FnOnce() -> Answer) -> Answer {
    let is_graphql = is_graphql(head.uri.path());
    match fault {
        Fault::Late(_) => answer(),
        Fault::Cut => answer().cut(),
        Fault::Malformed => faulty::truncated(answer()),
        Fault::NotJson => faulty::not_json(answer()),
        Fault::Partial(kind) => faulty::partial(answer(), kind),
        Fault::Status(status) => faulty::status(status, is_graphql),
        Fault::ResourceLimits => faulty::resource_limits(),
        Fault::SecondaryLimit(seconds) => faulty::secondary_limit(403, seconds),
        Fault::TooManyRequests(seconds) => faulty::secondary_limit(429, seconds),
        Fault::PrimaryLimit(seconds) => {
            let credential = credential_of(shared, head);
            let login = credential.as_ref().map(|it| it.login.as_str());
            let now = (shared.options.clock)();
            lock(&shared.budgets).of(resource_of(is_graphql), login, now).exhaust(now, seconds);
            answer()
        }
    }
}

/// For how many seconds a client has to stay away that asks too much at once.
fn too_fast(shared: &Shared, head: &Parts) -> Option<u32> {
    let lane = lane_of(shared, head)?;
    let points = match (lane.1, &head.method) {
        (Resource::Core, &Method::GET | &Method::HEAD | &Method::OPTIONS)
        | (Resource::Graphql, _) => 1,
        (Resource::Core, _) => 5,
    };
    let mut account = lock(&shared.account);
    let refused = lock(&shared.pace).arrive(lane, points, (shared.options.clock)(), &mut account);
    let refused = refused.filter(|_| shared.options.has_secondary_limits);
    account.secondary_limits_met += u64::from(refused.is_some());
    refused
}

/// The budget that a request goes to; none if it is free.
pub(super) fn lane_of(shared: &Shared, head: &Parts) -> Option<Lane> {
    let path = head.uri.path();
    let login = credential_of(shared, head).map(|it| it.login).unwrap_or_default();
    (!is_free(path)).then(|| (login, resource_of(is_graphql(path))))
}

fn is_free(path: &str) -> bool {
    path.trim_start_matches("/api/v3") == "/rate_limit"
        || is_elsewhere(path)
        || oauth::is_below(path)
}

/// Whether a path stands for another host of GitHub's, which knows no limits.
fn is_elsewhere(path: &str) -> bool {
    path.split('/').nth(1) == Some(archive::FOLDER)
}

fn record(shared: &Shared, head: &Parts, body: &[u8], is_graphql: bool) {
    let mut account = lock(&shared.account);
    if is_graphql {
        account.graphql.push(graphql::query_text(body));
    } else {
        let path = head.uri.path_and_query().map_or("/", |it| it.as_str());
        account.rest.push(format!("{} {path}", head.method));
    }
}

fn answer(shared: &Shared, head: &Parts, body: &[u8], is_graphql: bool) -> Answer {
    if oauth::is_below(head.uri.path()) {
        return oauth::respond(shared, head, body);
    }
    let credential = match admit(shared, head) {
        Ok(credential) => credential,
        Err(refusal) => return refusal,
    };
    let credential = credential.as_ref();
    if is_elsewhere(head.uri.path()) {
        return served(shared, head, body, credential).0;
    }
    let answer = if shared.options.has_rate_limits {
        limited(shared, head, body, credential)
    } else {
        let resource = resource_of(is_graphql);
        let (answer, cost) = served(shared, head, body, credential);
        note_cost(shared, resource, cost);
        answer
    };
    match credential {
        Some(credential) => with_token(answer, credential),
        None => answer,
    }
}

/// The answer if the budget has something left, which it then has less of.
fn limited(shared: &Shared, head: &Parts, body: &[u8], credential: Option<&Credential>) -> Answer {
    let path = head.uri.path();
    let resource = resource_of(is_graphql(path));
    let is_free = is_free(path);
    let login = credential.map(|it| it.login.as_str());
    let now = (shared.options.clock)();
    let budget = *lock(&shared.budgets).of(resource, login, now);
    if budget.remaining() == 0 && !is_free {
        return with_budget(faulty::used_up(resource), &budget, resource);
    }
    let (answer, cost) = served(shared, head, body, credential);
    let cost = if is_free { 0 } else { cost };
    let budget = {
        let mut budgets = lock(&shared.budgets);
        let budget = budgets.of(resource, login, now);
        budget.used += cost;
        *budget
    };
    note_cost(shared, resource, cost);
    with_budget(answer, &budget, resource)
}

/// The answer and what it costs.
fn served(
    shared: &Shared,
    head: &Parts,
    body: &[u8],
    credential: Option<&Credential>,
) -> (Answer, u64) {
    if is_graphql(head.uri.path()) {
        graphql::post(shared, head, body, credential)
    } else {
        get(shared, head, credential)
    }
}

fn note_cost(shared: &Shared, resource: Resource, cost: u64) {
    let mut account = lock(&shared.account);
    match resource {
        Resource::Core => account.charged += cost,
        Resource::Graphql => account.points += cost,
    }
}

fn is_graphql(path: &str) -> bool {
    matches!(path, "/graphql" | "/api/graphql")
}

fn resource_of(is_graphql: bool) -> Resource {
    if is_graphql { Resource::Graphql } else { Resource::Core }
}

/// Lets a request in, or says why not.
fn admit(shared: &Shared, head: &Parts) -> Result<Option<Credential>, Answer> {
    if header(head, "user-agent").is_none_or(str::is_empty) {
        let text = "text/html; charset=utf-8";
        return Err(Answer::typed(403, text, NO_USER_AGENT.into()));
    }
    let version = header(head, "x-github-api-version");
    if version.is_some_and(|it| !API_VERSIONS.contains(&it)) {
        return Err(Answer::error(400, "The API version given is not supported."));
    }
    let Some(authorization) = header(head, "authorization") else { return Ok(None) };
    credential::of(shared, authorization).map(Some)
}

/// Whose token a request carries.
fn credential_of(shared: &Shared, head: &Parts) -> Option<Credential> {
    credential::of(shared, header(head, "authorization")?).ok()
}

/// A REST answer and what it costs.
fn get(shared: &Shared, head: &Parts, credential: Option<&Credential>) -> (Answer, u64) {
    if head.method != Method::GET && head.method != Method::POST {
        return (Answer::not_found(), 1);
    }
    let Some(call) = Call::of(shared, head, credential) else {
        return (Answer::not_found(), 1);
    };
    let answer = rest::route(shared, &call);
    if answer.status != 200 {
        return (answer, 1);
    }
    let etag = etag_of(&answer, credential);
    let answer = answer.with("cache-control", "private, max-age=60, s-maxage=60");
    let answer = match answer.header("etag") {
        Some(_) => answer,
        None => answer.with("etag", etag.clone()),
    };
    let etag = answer.header("etag").unwrap_or(&etag).to_owned();
    let asked = header(head, "if-none-match").unwrap_or_default();
    if asked.split(',').any(|it| is_same_etag(it, &etag)) {
        let unchanged =
            Answer { status: 304, headers: Vec::new(), body: [].as_slice().into(), cut: false };
        let cost = u64::from(credential.is_none());
        return (unchanged.with("etag", etag), cost);
    }
    (answer, 1)
}

/// GitHub's entity tags differ between tokens.
fn etag_of(answer: &Answer, credential: Option<&Credential>) -> String {
    let mut hash = DefaultHasher::new();
    credential.map_or("", |it| it.token.as_str()).hash(&mut hash);
    answer.body.hash(&mut hash);
    format!("W/\"{:016x}\"", hash.finish())
}

fn is_same_etag(asked: &str, etag: &str) -> bool {
    asked.trim().trim_start_matches("W/") == etag.trim_start_matches("W/")
}

fn header<'h>(head: &'h Parts, name: &str) -> Option<&'h str> {
    head.headers.get(name)?.to_str().ok()
}
