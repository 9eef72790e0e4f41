//! The eight items over an organization, and the reasons behind what is left of one.

use std::collections::HashMap;

use axum::extract::Path;
use checklist::Item;
use checklist::rules::REASONS;
use serde::Serialize;
use store::read::overview::ItemStanding;
use store::read::snapshot::ReasonGroup;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::counts::Counts;
use super::query::{Nothing, PartQuery, Query};
use super::repositories::count;
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::error::AppError;
use crate::pages::shown_reports;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// An item over all Dockerfiles in scope.
#[derive(Serialize, ToSchema)]
struct ItemRow {
    #[schema(schema_with = words::item)]
    item: &'static str,
    #[schema(example = "Ports")]
    title: &'static str,
    progress: Counts,
    /// Repositories with a Dockerfile at which it is left.
    repositories_left: i64,
}

/// An item and why it is left.
#[derive(Serialize, ToSchema)]
struct ItemWithReasons {
    #[serde(flatten)]
    item: ItemRow,
    /// Dockerfiles at which it is left.
    left: i64,
    /// Of these, those that stand under more than one reason.
    under_several_reasons: i64,
    /// Most Dockerfiles first.
    reasons: Vec<ReasonRow>,
}

/// A reason and how often it stands in the way.
#[derive(Serialize, ToSchema)]
struct ReasonRow {
    /// The reason code; null where an item is left without a finding.
    #[schema(example = "not-hardened")]
    code: Option<String>,
    title: Option<&'static str>,
    /// The worst that it makes of the item.
    #[schema(schema_with = words::verdict)]
    verdict: &'static str,
    dockerfiles: i64,
    repositories: i64,
    /// What it says of one of them.
    example: Option<String>,
}

/// Its standing on the eight items
#[utoipa::path(get, path = "/api/v1/orgs/{org}/items", tag = "Organizations", params(PartQuery),
    responses((status = 200, body = One<Vec<ItemRow>>)))]
async fn list(scope: Scope, Query(query): Query<PartQuery>) -> Answer {
    let part = scope.part(query)?;
    let snapshot = scope.snapshot().await?;
    let standings = snapshot.items_of(part.repositories(&snapshot).into_iter());
    let rows: Vec<ItemRow> = standings.into_iter().map(ItemRow::from).collect();
    Ok(scope.one(snapshot.revision, rows))
}

/// One item and the reasons why it is left
///
/// The Dockerfiles behind a reason are those of `/orgs/{org}/dockerfiles?item=…&code=…`.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/items/{item}", tag = "Organizations",
    responses((status = 200, body = One<ItemWithReasons>)))]
async fn one(Path((_, item)): Path<(String, String)>, scope: Scope, _: Query<Nothing>) -> Answer {
    let item = Item::from_slug(&item).ok_or(AppError::NotFound)?;
    let snapshot = scope.snapshot().await?;
    let standings = snapshot.items_of(snapshot.repositories.iter());
    let standing = standings.into_iter().find(|it| it.item == item).ok_or(AppError::NotFound)?;
    let reasons = snapshot.reasons(item);
    let shown = shown_reports(&snapshot, reasons);
    let examples = scope.app.store.example_messages(&shown, item).await?;
    let body = ItemWithReasons {
        item: standing.into(),
        left: count(reasons.left),
        under_several_reasons: count(reasons.several),
        reasons: reasons.groups.iter().map(|it| ReasonRow::new(item, it, &examples)).collect(),
    };
    Ok(scope.one(snapshot.revision, body))
}

impl From<ItemStanding> for ItemRow {
    fn from(it: ItemStanding) -> Self {
        Self {
            item: it.item.slug(),
            title: it.item.title(),
            progress: it.tally.into(),
            repositories_left: it.repositories_left,
        }
    }
}

impl ReasonRow {
    fn new(item: Item, group: &ReasonGroup, examples: &HashMap<String, String>) -> Self {
        let code = group.code.as_deref();
        let known = REASONS.iter().find(|it| Some(it.code) == code && it.item == item);
        Self {
            code: group.code.clone(),
            title: known.map(|it| it.title),
            verdict: group.verdict.slug(),
            dockerfiles: count(group.files.len()),
            repositories: count(group.repositories),
            example: code.and_then(|it| examples.get(it)).cloned(),
        }
    }
}
