//! What people decide about verdicts, as the forms of a Dockerfile's page do it; and what they
//! dispute in an organization.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use checklist::Item;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use names::{FilePath, OrgLogin, RepoName};
use serde::{Deserialize, Serialize};
use store::decision::{Decision, NewDecision as Wanted};
use store::read::disputes::{Dispute, DisputedRule};
use store::read::repository::Repository;
use store::{DecisionId, DecisionKind};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::body::Body;
use super::query::{Nothing, Query};
use super::scope::Scope;
use super::words;
use crate::app::{App, Site};
use crate::error::AppError;
use crate::links;

/// Decisions told of a repository.
const SHOWN: i64 = 1_000;
/// Those that ended are told for so long.
const ENDED_LATELY: TimeDelta = TimeDelta::days(90);

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list, decide))
        .routes(routes!(withdraw))
        .routes(routes!(disputes))
}

/// A decision about a Dockerfile.
#[derive(Serialize, ToSchema)]
struct DecisionRow {
    #[schema(example = "docker/Dockerfile")]
    path: String,
    #[serde(flatten)]
    decision: DecisionBody,
}

/// A decision, standing or ended.
#[derive(Serialize, ToSchema)]
pub(super) struct DecisionBody {
    id: i64,
    #[schema(schema_with = words::item)]
    item: &'static str,
    #[schema(schema_with = words::decision_kind)]
    kind: &'static str,
    /// Why, in the words of who decided.
    reason: String,
    decided_by: String,
    /// On a page, or in the repository's `.drydock.yml`.
    #[schema(schema_with = words::decision_source)]
    source: &'static str,
    /// The line of `.drydock.yml`, if it stands there.
    line: Option<u32>,
    /// The last day on which it holds.
    expires_on: Option<NaiveDate>,
    decided_at: DateTime<Utc>,
    /// Null while it stands.
    ended: Option<EndedBody>,
}

/// How a decision ended.
#[derive(Serialize, ToSchema)]
struct EndedBody {
    at: DateTime<Utc>,
    #[schema(schema_with = words::end_reason)]
    reason: &'static str,
    /// Who withdrew or replaced it.
    by: Option<String>,
}

/// A decision to be taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDecision {
    /// The Dockerfile.
    #[schema(example = "Dockerfile")]
    path: String,
    #[schema(schema_with = words::item)]
    item: String,
    #[schema(schema_with = words::decision_kind)]
    kind: String,
    /// Why; only `verified` needs none.
    #[serde(default)]
    #[schema(example = "Port 80 is mapped by the platform.")]
    reason: String,
    /// Who. Only where nobody signs in, and needed there; else it is whose the token is.
    #[serde(default)]
    #[schema(example = "Ada")]
    decided_by: Option<String>,
    /// The last day on which it holds; without it: until its lines change.
    #[serde(default)]
    expires_on: Option<NaiveDate>,
    /// What the Dockerfile's item says of its `evidence`: it is refused if that changed since.
    evidence: String,
}

/// A decision that was taken.
#[derive(Serialize, ToSchema)]
struct Decided {
    id: i64,
}

/// Who takes a decision back.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WithdrawQuery {
    /// Who. Only where nobody signs in, and needed there; else it is whose the token is.
    #[param(example = "Ada")]
    by: Option<String>,
}

/// A rule whose verdicts are disputed.
#[derive(Serialize, ToSchema)]
struct DisputedRuleRow {
    #[schema(schema_with = words::item)]
    item: &'static str,
    /// The reason code; null where the verdict has none.
    code: Option<String>,
    /// How many disputes there are.
    total: i64,
    /// Newest first, at most 200.
    disputes: Vec<DisputeRow>,
}

/// A standing dispute.
#[derive(Serialize, ToSchema)]
struct DisputeRow {
    repository: String,
    path: String,
    comment: String,
    by: String,
    at: DateTime<Utc>,
}

/// Decisions about its Dockerfiles
///
/// Those that stand, and those that ended within 90 days.
#[utoipa::path(get, path = "/api/v1/repos/{owner}/{name}/decisions", tag = "Decisions",
    responses((status = 200, body = One<Vec<DecisionRow>>)))]
async fn list(Path((_, name)): Path<(String, String)>, scope: Scope, _: Query<Nothing>) -> Answer {
    let of = repository(&scope.app, &scope.header.login, &name).await?;
    let since = scope.hour - ENDED_LATELY;
    let found = scope.app.store.decisions_of(of.id, since, SHOWN).await?;
    let row = |(path, it): (FilePath, Decision)| DecisionRow {
        path: path.to_string(),
        decision: (&it).into(),
    };
    let rows: Vec<DecisionRow> = found.into_iter().map(row).collect();
    Ok(scope.one(scope.header.revision, rows))
}

/// Verify, waive or dispute an item of a Dockerfile
///
/// In the place of the decision that stands. It ends when the lines that it is about change.
#[utoipa::path(post, path = "/api/v1/repos/{owner}/{name}/decisions", tag = "Decisions",
    request_body = NewDecision,
    responses((status = 201, description = "It stands.", body = Decided)))]
async fn decide(
    app: App,
    Path((owner, name)): Path<(String, String)>,
    _: Query<Nothing>,
    Body(new): Body<NewDecision>,
) -> Result<Response, AppError> {
    let of = repository(&app, &owner.parse()?, &name).await?;
    let wanted = wanted(&app, &of, new).await?;
    let taken = app.store.decide(&wanted, &app.reader.actor(), app.now()).await?;
    let id = taken.map_err(|it| AppError::Refused(it.to_string()))?;
    let decisions = links::api_decisions(&of.owner, &of.name);
    let decided = axum::Json(Decided { id: id.0 });
    Ok((StatusCode::CREATED, [(header::LOCATION, decisions)], decided).into_response())
}

/// Take a decision back
///
/// What stands in `.drydock.yml` is changed there.
#[utoipa::path(delete, path = "/api/v1/repos/{owner}/{name}/decisions/{id}", tag = "Decisions",
    params(WithdrawQuery), responses((status = 204, description = "It does not stand any more.")))]
async fn withdraw(
    app: App,
    Path((owner, name, id)): Path<(String, String, String)>,
    Query(query): Query<WithdrawQuery>,
) -> Result<StatusCode, AppError> {
    let of = repository(&app, &owner.parse()?, &name).await?;
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let standing = app.store.decisions_of(of.id, app.now(), i64::MAX).await?;
    if !standing.iter().any(|(_, it)| it.id == DecisionId(id)) {
        return Err(AppError::NotFound);
    }
    let by = deciding(&app, query.by)?;
    let actor = app.reader.actor();
    let taken = app.store.withdraw(DecisionId(id), &by, &actor, app.now()).await?;
    taken.map_err(|it| AppError::Refused(it.to_string()))?;
    Ok(StatusCode::NO_CONTENT)
}

/// What people dispute, by the rule that made the verdict
///
/// Most disputed first.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/disputes", tag = "Organizations",
    responses((status = 200, body = One<Vec<DisputedRuleRow>>)))]
async fn disputes(scope: Scope, _: Query<Nothing>) -> Answer {
    let snapshot = scope.snapshot().await?;
    let rules = scope.app.store.disputes(&snapshot).await?;
    let rows: Vec<DisputedRuleRow> = rules.iter().map(DisputedRuleRow::from).collect();
    Ok(scope.one(snapshot.revision, rows))
}

async fn repository(app: &App, owner: &OrgLogin, name: &str) -> Result<Repository, AppError> {
    let name: RepoName = name.parse()?;
    app.repository(owner, &name).await
}

/// The name under which a program decides: of whoever made its token. Nobody signs for another.
fn deciding(app: &App, given: Option<String>) -> Result<String, AppError> {
    match (app.reader.name(), given) {
        (None, given) => Ok(given.unwrap_or_default()),
        (Some(name), None) => Ok(name.to_owned()),
        (Some(name), Some(_)) => {
            Err(AppError::Refused(format!("Leave out who decides: with this token it is {name}.")))
        }
    }
}

/// What was sent, understood.
async fn wanted(app: &App, of: &Repository, new: NewDecision) -> Result<Wanted, AppError> {
    let refused = |sentence: &str| AppError::Refused(sentence.to_owned());
    let item = Item::from_slug(&new.item);
    let item = item.ok_or_else(|| refused("The item is none of the checklist: see /checklist."))?;
    let kind = DecisionKind::from_slug(&new.kind);
    let kind = kind.ok_or_else(|| refused("The kind is verified, waived or disputed."))?;
    let gone = || refused("There is no Dockerfile at this path: look at the repository's list.");
    let path: FilePath = new.path.parse().map_err(|_| gone())?;
    let file = app.store.dockerfile(of.id, &path).await?.ok_or_else(gone)?;
    Ok(Wanted {
        dockerfile: file.id,
        item,
        kind,
        reason: new.reason,
        decided_by: deciding(app, new.decided_by)?,
        expires_on: new.expires_on,
        evidence: new.evidence,
    })
}

impl From<&Decision> for DecisionBody {
    fn from(it: &Decision) -> Self {
        Self {
            id: it.id.0,
            item: it.item.slug(),
            kind: it.kind.slug(),
            reason: it.reason.clone(),
            decided_by: it.decided_by.clone(),
            source: it.source.slug(),
            line: it.line,
            expires_on: it.expires_on,
            decided_at: it.decided_at,
            ended: it.ended.as_ref().map(|it| EndedBody {
                at: it.at,
                reason: it.reason.slug(),
                by: it.by.clone(),
            }),
        }
    }
}

impl From<&DisputedRule> for DisputedRuleRow {
    fn from(it: &DisputedRule) -> Self {
        let row = |it: &Dispute| DisputeRow {
            repository: it.repository.to_string(),
            path: it.path.to_string(),
            comment: it.comment.clone(),
            by: it.by.clone(),
            at: it.at,
        };
        Self {
            item: it.item.slug(),
            code: it.code.clone(),
            total: it.count,
            disputes: it.disputes.iter().map(row).collect(),
        }
    }
}
