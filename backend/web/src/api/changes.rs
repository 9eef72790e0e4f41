//! What changed in an organization: the list of the page of changes, and its sums.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::read::ItemVerdict;
use store::read::changes::{
    ChangeDecision, ChangeGroup, ChangeKind, ChangeStep, ChangeSums, Told, told,
};
use store::read::overview::Milestone;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One, Page};
use super::cursor::{Part, Position};
use super::query::{Paged, Query};
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::pages::organization_changes::{Address, Asked, place};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(sums))
}

/// What one cause changed in one Dockerfile at one moment, or a repository that was finished
/// or slipped back.
#[derive(Serialize, ToSchema)]
struct ChangeRow {
    at: DateTime<Utc>,
    #[schema(example = "ledger-service")]
    repository: String,
    /// The Dockerfile; null where it is about the repository.
    #[schema(example = "docker/Dockerfile")]
    path: Option<String>,
    /// Whose the Dockerfile is; null where nobody is known.
    team: Option<String>,
    /// `finished` or `slipped-back`; null where it is about a Dockerfile.
    #[schema(schema_with = words::milestone_or_null)]
    milestone: Option<&'static str>,
    /// Null where it is about the repository.
    #[schema(schema_with = words::cause_or_null)]
    cause: Option<&'static str>,
    /// The commit that brought it.
    commit_sha: Option<String>,
    /// The verdicts that changed.
    steps: Vec<StepBody>,
}

/// A verdict that changed.
#[derive(Serialize, ToSchema)]
struct StepBody {
    #[schema(schema_with = words::item)]
    item: &'static str,
    #[schema(schema_with = words::change_kind)]
    kind: &'static str,
    /// The verdict before; null if the Dockerfile was not there.
    #[schema(schema_with = words::verdict_or_null)]
    from: Option<&'static str>,
    /// The verdict after; null if the Dockerfile went away.
    #[schema(schema_with = words::verdict_or_null)]
    to: Option<&'static str>,
    /// The decision behind it.
    decision: Option<BehindBody>,
}

/// Who decided what.
#[derive(Serialize, ToSchema)]
struct BehindBody {
    decided_by: String,
    reason: String,
    /// By the repository's `.drydock.yml`.
    is_from_file: bool,
    /// Why it holds no more, if it ended.
    end_reason: Option<String>,
}

/// How many changes there are of each kind.
#[derive(Serialize, ToSchema)]
struct SumsBody {
    /// Verdicts that a commit made met.
    gained: i64,
    /// Met verdicts that a commit made open again.
    lost: i64,
    /// Verdicts that a commit changed otherwise.
    moved: i64,
    /// Repositories.
    finished: i64,
    /// Repositories.
    slipped_back: i64,
    /// Dockerfiles.
    new: i64,
    /// Dockerfiles.
    removed: i64,
    /// Verdicts.
    decision: i64,
    /// Verdicts that our rules, the catalogue or settings changed: no progress.
    ours: i64,
}

/// Which changes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ChangesQuery {
    /// `day`, `week` (without a choice), `month`, `quarter`, or a day as 2026-01-31.
    since: Option<String>,
    /// Without a choice all but `ours`.
    #[param(schema_with = words::change_kind)]
    kind: Option<String>,
    #[param(schema_with = words::item)]
    item: Option<String>,
    /// A team, or `-` for no owner.
    team: Option<String>,
    /// How many rows at most, from 1 to 200; 50 without a choice.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// Where the last page ended: its `next_cursor`.
    cursor: Option<String>,
}

/// Of which changes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SumsQuery {
    /// `day`, `week` (without a choice), `month`, `quarter`, or a day as 2026-01-31.
    since: Option<String>,
    #[param(schema_with = words::item)]
    item: Option<String>,
    /// A team, or `-` for no owner.
    team: Option<String>,
}

/// What changed
///
/// Newest first. `cause` tells what a commit brought from what new rules or a decision did.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/changes", tag = "Organizations", params(ChangesQuery),
    responses((status = 200, body = Page<ChangeRow>)))]
async fn list(scope: Scope, Query(query): Query<ChangesQuery>) -> Answer {
    let ChangesQuery { since, kind, item, team, limit, cursor } = query;
    let part = Part::parse(&scope.request.address, &Paged { limit, cursor })?;
    let before = part.after.as_ref().map(|it| it.name.clone());
    let [since, kind, item, team, before] =
        [since, kind, item, team, before].map(Option::unwrap_or_default);
    let asked = Asked { since, kind, item, team, before };
    let address = Address::parse(asked, scope.header.login.clone(), scope.hour)?;
    let (choice, below) = (&address.choice, address.below.as_ref());
    let (snapshot, limit) = (scope.snapshot().await?, part.limit + 1);
    let groups = scope.app.store.change_groups(&snapshot, choice, below, limit).await?;
    let rows = told(&snapshot, choice, below, groups, limit);
    let rows = rows.into_iter().map(|it| (position(&it), ChangeRow::from(it))).collect();
    Ok(scope.page(snapshot.revision.min(scope.header.revision), None, part.first_of(rows)))
}

/// How much changed
#[utoipa::path(get, path = "/api/v1/orgs/{org}/changes/sums", tag = "Organizations",
    params(SumsQuery), responses((status = 200, body = One<SumsBody>)))]
async fn sums(scope: Scope, Query(query): Query<SumsQuery>) -> Answer {
    let SumsQuery { since, item, team } = query;
    let [since, item, team] = [since, item, team].map(Option::unwrap_or_default);
    let asked = Asked { since, item, team, ..Asked::default() };
    let address = Address::parse(asked, scope.header.login.clone(), scope.hour)?;
    let snapshot = scope.snapshot().await?;
    let sums = scope.app.store.change_sums(&snapshot, &address.choice).await?;
    let revision = snapshot.revision.min(scope.header.revision);
    Ok(scope.one(revision, SumsBody::from(&sums)))
}

fn position(it: &Told) -> Position {
    Position { name: place(it.key()), ..Position::default() }
}

impl From<Told> for ChangeRow {
    fn from(it: Told) -> Self {
        match it {
            Told::Verdicts(group) => group.into(),
            Told::Milestone(_, milestone) => milestone.into(),
        }
    }
}

impl From<ChangeGroup> for ChangeRow {
    fn from(it: ChangeGroup) -> Self {
        Self {
            at: it.key.at,
            repository: it.repository.to_string(),
            path: Some(it.path.to_string()),
            team: it.team,
            milestone: None,
            cause: Some(it.cause.slug()),
            commit_sha: it.commit_sha.map(|it| it.to_string()),
            steps: it.steps.into_iter().map(StepBody::from).collect(),
        }
    }
}

impl From<Milestone> for ChangeRow {
    fn from(it: Milestone) -> Self {
        let kind = if it.is_slip { ChangeKind::SlippedBack } else { ChangeKind::Finished };
        Self {
            at: it.at,
            repository: it.repository.to_string(),
            path: None,
            team: None,
            milestone: Some(kind.slug()),
            cause: None,
            commit_sha: None,
            steps: Vec::new(),
        }
    }
}

impl From<ChangeStep> for StepBody {
    fn from(it: ChangeStep) -> Self {
        let behind = |it: ChangeDecision| BehindBody {
            decided_by: it.decided_by,
            reason: it.reason,
            is_from_file: it.is_from_file,
            end_reason: it.end_reason,
        };
        Self {
            item: it.item.slug(),
            kind: it.kind.slug(),
            from: it.from.map(ItemVerdict::slug),
            to: it.to.map(ItemVerdict::slug),
            decision: it.decision.map(behind),
        }
    }
}

impl From<&ChangeSums> for SumsBody {
    fn from(it: &ChangeSums) -> Self {
        Self {
            gained: it.gained,
            lost: it.lost,
            moved: it.moved,
            finished: it.finished,
            slipped_back: it.slipped_back,
            new: it.new,
            removed: it.removed,
            decision: it.decisions,
            ours: it.of(ChangeKind::Ours),
        }
    }
}
