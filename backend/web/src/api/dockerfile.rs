//! One Dockerfile: its eight items with their evidence, its stages, the image to use in each.
//!
//! Its path stands in the query, as a part of an address holds no slash.

use axum::extract::Path;
use checklist::{Finding, Item, LineRange, Outcome, Report, StageSummary, Verdict};
use chrono::{DateTime, Utc};
use names::{FilePath, RepoName};
use serde::{Deserialize, Serialize};
use store::read::dockerfile::Dockerfile;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::decisions::DecisionBody;
use super::images::SuggestionBody;
use super::query::Query;
use super::repository_changes::VerdictChangeBody;
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::error::AppError;

/// Decisions told: all that stand, and the last that ended.
const DECISIONS: i64 = 200;
/// Changes told; a file's whole history is on GitHub.
const CHANGES: i64 = 400;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(one))
}

/// A Dockerfile as it stood at the last complete reading.
#[derive(Serialize, ToSchema)]
struct DockerfileBody {
    #[schema(example = "ledger-service")]
    repository: String,
    #[schema(example = "docker/Dockerfile")]
    path: String,
    /// The head commit at which the present content was first seen.
    commit_sha: String,
    committed_at: DateTime<Utc>,
    /// Since when it is not there any more.
    removed_at: Option<DateTime<Utc>>,
    /// The rule that leaves it out of scope.
    excluded_by: Option<String>,
    /// Why its content could not be had.
    unread_reason: Option<String>,
    byte_size: Option<i32>,
    /// Its text; what is not UTF-8 is replaced.
    source: Option<String>,
    /// What kind of file it turned out to be.
    #[schema(schema_with = words::file_state_or_null)]
    file_state: Option<String>,
    /// Why, if it is not a readable Dockerfile.
    state_reason: Option<String>,
    /// All eight, in the checklist's order.
    items: Vec<ItemBody>,
    stages: Vec<StageBody>,
    images: Vec<BaseBody>,
    /// Those that stand, and the last that ended.
    decisions: Vec<DecisionBody>,
    /// How its verdicts changed, newest first.
    changes: Vec<VerdictChangeBody>,
}

/// One item.
#[derive(Serialize, ToSchema)]
struct ItemBody {
    #[schema(schema_with = words::item)]
    item: &'static str,
    /// What became of it, decisions included.
    #[schema(schema_with = words::verdict)]
    verdict: &'static str,
    /// The engine's verdict, without what people decided.
    #[schema(schema_with = words::engine_verdict)]
    engine_verdict: &'static str,
    /// The digest of what the verdict is about, for a decision on it.
    evidence: String,
    /// The item that settles this one too.
    #[schema(schema_with = words::item_or_null)]
    settled_by: Option<&'static str>,
    findings: Vec<FindingBody>,
}

/// A reason with its evidence.
#[derive(Serialize, ToSchema)]
struct FindingBody {
    #[schema(example = "not-hardened")]
    code: String,
    #[schema(schema_with = words::engine_verdict)]
    verdict: &'static str,
    first_line: Option<u32>,
    last_line: Option<u32>,
    /// What is the matter.
    message: String,
    /// What to do.
    fix: Option<String>,
}

/// A stage.
#[derive(Serialize, ToSchema)]
struct StageBody {
    /// Its place, from 0.
    index: u32,
    name: Option<String>,
    #[schema(schema_with = words::stage_role)]
    role: String,
    /// What stands after `FROM`.
    #[schema(example = "node:20-alpine")]
    base: String,
    /// The stage it starts from, if it is one of this file.
    base_stage: Option<u32>,
    /// The stages it copies or mounts from.
    copies_from: Vec<u32>,
    first_line: u32,
    last_line: u32,
}

/// An external image that a stage starts from.
#[derive(Serialize, ToSchema)]
struct BaseBody {
    /// The stage.
    stage: u32,
    #[schema(example = "node:20-alpine")]
    reference: String,
    /// Null where a person must look.
    is_hardened: Option<bool>,
    suggestion: SuggestionBody,
}

/// Which one.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DockerfileQuery {
    /// Its path.
    #[param(example = "Dockerfile")]
    path: String,
}

/// One Dockerfile with its items, findings and stages
#[utoipa::path(get, path = "/api/v1/repos/{owner}/{name}/dockerfile", tag = "Repositories",
    params(DockerfileQuery), responses((status = 200, body = One<DockerfileBody>)))]
async fn one(
    Path((_, name)): Path<(String, String)>,
    scope: Scope,
    Query(query): Query<DockerfileQuery>,
) -> Answer {
    let (name, path): (RepoName, FilePath) = (name.parse()?, query.path.parse()?);
    let store = &scope.app.store;
    let of = scope.app.repository(&scope.header.login, &name).await?;
    let file = store.dockerfile(of.id, &path).await?.ok_or(AppError::NotFound)?;
    let decisions = store.decisions_of_dockerfile(file.id, DECISIONS).await?;
    let changes = store.changes_of_dockerfile(file.id, CHANGES).await?;
    let body = DockerfileBody {
        decisions: decisions.iter().map(DecisionBody::from).collect(),
        changes: changes.into_iter().map(VerdictChangeBody::from).collect(),
        ..DockerfileBody::new(of.name.to_string(), &file)
    };
    Ok(scope.one(scope.header.revision, body))
}

impl DockerfileBody {
    fn new(repository: String, file: &Dockerfile) -> Self {
        let report = file.report.as_ref();
        let stages = report.map(|it| it.stages.as_slice()).unwrap_or_default();
        let content = file.content.as_deref();
        Self {
            repository,
            path: file.path.to_string(),
            commit_sha: file.commit_sha.to_string(),
            committed_at: file.committed_at,
            removed_at: file.removed_at,
            excluded_by: file.excluded_by.clone(),
            unread_reason: file.unread_reason.clone(),
            byte_size: file.byte_size,
            source: content.map(|it| String::from_utf8_lossy(it).into_owned()),
            file_state: report.map(|it| words::serialized(&it.state)),
            state_reason: report.and_then(|it| it.state_reason.clone()),
            items: Item::ALL.into_iter().map(|it| item(it, file)).collect(),
            stages: stages.iter().map(StageBody::from).collect(),
            images: report.map(images).unwrap_or_default(),
            decisions: Vec::new(),
            changes: Vec::new(),
        }
    }
}

/// An item of a Dockerfile; of one that could not be had nothing is known.
fn item(item: Item, file: &Dockerfile) -> ItemBody {
    let unread = Outcome { verdict: Verdict::Unknown, settled_by: None, findings: Vec::new() };
    let outcome = file.report.as_ref().map_or(&unread, |it| it.outcome(item));
    ItemBody {
        item: item.slug(),
        verdict: file.verdict(item).slug(),
        engine_verdict: outcome.verdict.slug(),
        evidence: file.evidence(item),
        settled_by: outcome.settled_by.map(Item::slug),
        findings: outcome.findings.iter().map(FindingBody::from).collect(),
    }
}

fn images(report: &Report) -> Vec<BaseBody> {
    let image = |it: &checklist::BaseUse| BaseBody {
        stage: it.stage,
        reference: it.reference.clone(),
        is_hardened: it.hardened,
        suggestion: (&it.suggestion).into(),
    };
    report.bases.iter().map(image).collect()
}

impl From<&Finding> for FindingBody {
    fn from(it: &Finding) -> Self {
        Self {
            code: it.code.clone(),
            verdict: it.verdict.slug(),
            first_line: it.lines.map(|LineRange { first, .. }| first),
            last_line: it.lines.map(|LineRange { last, .. }| last),
            message: it.message.clone(),
            fix: it.fix.clone(),
        }
    }
}

impl From<&StageSummary> for StageBody {
    fn from(it: &StageSummary) -> Self {
        Self {
            index: it.index,
            name: it.name.clone(),
            role: words::serialized(&it.role),
            base: it.base.clone(),
            base_stage: it.base_stage,
            copies_from: it.copies_from.clone(),
            first_line: it.lines.first,
            last_line: it.lines.last,
        }
    }
}
