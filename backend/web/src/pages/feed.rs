//! `/orgs/{org}/changes.atom`: the newest changes of the last quarter, for feed readers
//! (RFC 4287).
//!
//! A feed's links are absolute, from the `Host` of the request where that is a host and from
//! nothing else of it; without one they are relative. Ids are made of our database's own keys,
//! so an entry is the same one on every host.

mod entry;

use askama::Template;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use store::read::changes::{ChangeChoice, told};

use self::entry::{AUTHORITY, Entry, moment, printable};
use crate::api::Scope;
use crate::error::AppError;
use crate::links;
use crate::routes::{Need, Routes};

/// The most entries.
const SHOWN: usize = 100;
/// Older ones are no news.
const DAYS: i64 = 91;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/orgs/{org}/changes.atom", Need::VIEWER, show)
}

#[derive(Template)]
#[template(path = "pages/feed.xml", escape = "html")]
struct Feed {
    id: String,
    title: String,
    updated: String,
    page: String,
    itself: String,
    entries: Vec<Entry>,
}

async fn show(scope: Scope, headers: HeaderMap) -> Result<Response, AppError> {
    let id = scope.header.organization_id;
    let since = scope.hour - TimeDelta::days(DAYS);
    let choice = ChangeChoice { since, kind: None, item: None, team: None };
    let snapshot = scope.snapshot().await?;
    let groups = scope.app.store.change_groups(&snapshot, &choice, None, SHOWN).await?;
    let told = told(&snapshot, &choice, None, groups, SHOWN);
    let (base, login) = (scope.app.base(&headers), &scope.header.login);
    let newest = told.first().map(|it| it.key().at).or(scope.header.crawled_at);
    let feed = Feed {
        id: format!("{AUTHORITY}organization/{id}"),
        title: printable(&format!("What changed in {login}")),
        updated: moment(newest.unwrap_or_default()),
        page: format!("{base}{}", links::changes_where(login, &[])),
        itself: format!("{base}{}", links::changes_feed(login)),
        entries: told.iter().map(|it| Entry::new((&base, login), it)).collect(),
    };
    let kind = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    let revision = snapshot.revision.min(scope.header.revision);
    Ok(scope.tag(revision).on((kind, feed.render()?).into_response()))
}

#[cfg(test)]
mod tests;
