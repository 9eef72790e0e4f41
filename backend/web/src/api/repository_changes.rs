//! How the verdicts of one repository's Dockerfiles changed.

use axum::extract::Path;
use chrono::{DateTime, Utc};
use names::RepoName;
use serde::Serialize;
use store::read::ItemVerdict;
use store::read::changes::VerdictChange;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::query::{Nothing, Query};
use super::scope::Scope;
use super::words;
use crate::app::Site;

/// Changes told; eight make up the first sight of a Dockerfile.
const SHOWN: i64 = 1_000;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list))
}

/// One changed verdict.
#[derive(Serialize, ToSchema)]
pub(super) struct VerdictChangeBody {
    #[schema(example = "docker/Dockerfile")]
    path: String,
    #[schema(schema_with = words::item)]
    item: &'static str,
    /// The verdict before; null if the Dockerfile was not there.
    #[schema(schema_with = words::verdict_or_null)]
    from: Option<&'static str>,
    /// The verdict after; null if the Dockerfile went away.
    #[schema(schema_with = words::verdict_or_null)]
    to: Option<&'static str>,
    #[schema(schema_with = words::cause)]
    cause: &'static str,
    /// The commit that brought it.
    commit_sha: Option<String>,
    changed_at: DateTime<Utc>,
}

/// How its verdicts changed
///
/// Newest first, the last 1,000.
#[utoipa::path(get, path = "/api/v1/repos/{owner}/{name}/changes", tag = "Repositories",
    responses((status = 200, body = One<Vec<VerdictChangeBody>>)))]
async fn list(Path((_, name)): Path<(String, String)>, scope: Scope, _: Query<Nothing>) -> Answer {
    let (store, name): (_, RepoName) = (&scope.app.store, name.parse()?);
    let of = scope.app.repository(&scope.header.login, &name).await?;
    let changes = store.changes_of(of.id, SHOWN).await?;
    let rows: Vec<VerdictChangeBody> = changes.into_iter().map(VerdictChangeBody::from).collect();
    Ok(scope.one(scope.header.revision, rows))
}

impl From<VerdictChange> for VerdictChangeBody {
    fn from(it: VerdictChange) -> Self {
        Self {
            path: it.path.to_string(),
            item: it.item.slug(),
            from: it.from.map(ItemVerdict::slug),
            to: it.to.map(ItemVerdict::slug),
            cause: it.cause.slug(),
            commit_sha: it.commit_sha.map(|it| it.to_string()),
            changed_at: it.changed_at,
        }
    }
}
