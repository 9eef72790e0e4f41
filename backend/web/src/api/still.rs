//! What stands still in an organization, or in a part of it.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::query::{PartQuery, Query};
use super::repositories::count;
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::pages::overview::{Lasting, Sources, Stuck};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list))
}

/// What stands still.
#[derive(Serialize, ToSchema)]
struct StillBody {
    /// False where nobody can know: the crawls do not reach back four weeks.
    is_known: bool,
    /// Most work first, at most six.
    shown: Vec<StillRow>,
    /// How many more there are.
    more: i64,
}

/// Something with work left and no gain in four weeks.
#[derive(Serialize, ToSchema)]
struct StillRow {
    #[schema(schema_with = words::still_kind)]
    kind: &'static str,
    #[schema(example = "Ports")]
    name: String,
    /// Items left; of a base image Dockerfiles.
    left: i64,
}

/// What stands still
///
/// Items, teams and base images with work left and no gain in four weeks.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/still", tag = "Organizations", params(PartQuery),
    responses((status = 200, body = One<StillBody>)))]
async fn list(scope: Scope, Query(query): Query<PartQuery>) -> Answer {
    let part = scope.part(query)?;
    let snapshot = scope.snapshot().await?;
    let history = scope.app.history(&scope.header).await?;
    let lasting = Lasting::of(
        &scope.app,
        &Sources {
            header: &scope.header,
            snapshot: &snapshot,
            history: &history,
            part: &part,
            now: scope.hour,
        },
    );
    let row = |it: &Stuck| StillRow {
        kind: match it.kind {
            "Item" => "item",
            "Team" => "team",
            _ => "base-image",
        },
        name: it.name.text.clone(),
        left: it.count,
    };
    let shown = lasting.stuck.iter().flat_map(|it| &it.shown).map(row).collect();
    let more = lasting.stuck.as_ref().map_or(0, |it| it.more);
    let body = StillBody { is_known: lasting.stuck.is_some(), shown, more: count(more) };
    Ok(scope.one(snapshot.revision.min(history.revision), body))
}
