//! Teams: progress and remaining work of each owner.

use axum::extract::Path;
use checklist::Item;
use serde::Serialize;
use store::read::repository_filter::Team;
use store::read::snapshot::{Snapshot, TeamRepository, TeamSource};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One, Page};
use super::counts::{Counts, ItemCounts};
use super::cursor::{Lead, Part, Position};
use super::images::ImageRow;
use super::query::{Nothing, Paged, Query};
use super::repositories::count;
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::error::AppError;
use crate::known::Known;
use crate::pages::teams::{TeamLine, usual_lines};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// A team's share of the work.
#[derive(Serialize, ToSchema)]
struct TeamRow {
    /// Null: no owner is known.
    #[schema(example = "payments")]
    team: Option<String>,
    /// Repositories in the count with a Dockerfile of the team, or of the team as a whole.
    repositories: i64,
    /// Of these, finished.
    finished: i64,
    /// Dockerfiles in scope of this team.
    dockerfiles: i64,
    /// Where it is said that they are the team's, most Dockerfiles first.
    sources: Vec<SourceBody>,
    progress: Counts,
}

/// Where it is said whose Dockerfiles are.
#[derive(Serialize, ToSchema)]
struct SourceBody {
    #[schema(schema_with = words::team_source)]
    source: &'static str,
    dockerfiles: i64,
}

/// One team.
#[derive(Serialize, ToSchema)]
struct TeamBody {
    #[serde(flatten)]
    team: TeamRow,
    /// The eight items over the team's Dockerfiles.
    items: Vec<ItemCounts>,
    /// What of each repository is the team's, most work left first.
    shares: Vec<RepositoryShare>,
    /// The base images of the team's Dockerfiles, most Dockerfiles first.
    images: Vec<ImageRow>,
}

/// What of a repository is a team's.
#[derive(Serialize, ToSchema)]
struct RepositoryShare {
    #[schema(example = "ledger-service")]
    repository: String,
    dockerfiles: i64,
    progress: Counts,
}

/// Its teams
///
/// Most work left first. What has no owner is a row.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/teams", tag = "Organizations", params(Paged),
    responses((status = 200, body = Page<TeamRow>)))]
async fn list(scope: Scope, Query(paged): Query<Paged>) -> Answer {
    let part = Part::parse(&scope.request.address, &paged)?;
    let snapshot = scope.snapshot().await?;
    let lines = usual_lines(&snapshot);
    let rows: Vec<&TeamLine> = lines.iter().collect();
    let cut = part.cut(&rows, position);
    Ok(scope.page(snapshot.revision, Some(rows.len()), cut.map(TeamRow::from)))
}

/// One team: its items, repositories and base images
///
/// `-` is what has no owner.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/teams/{team}", tag = "Organizations",
    responses((status = 200, body = One<TeamBody>)))]
async fn one(Path((_, team)): Path<(String, String)>, scope: Scope, _: Query<Nothing>) -> Answer {
    let named = (team != crate::table::NO_OWNER).then_some(team);
    let snapshot = scope.snapshot().await?;
    let lines = usual_lines(&snapshot);
    let line = lines.iter().find(|it| it.standing.team == named).ok_or(AppError::NotFound)?;
    let team = named.map_or(Team::NoOwner, Team::Named);
    let known = Known::of(&scope.app, &scope.header).await?;
    let files = || snapshot.files_of_team(&team);
    let share = |it: &TeamRepository| {
        Some(RepositoryShare {
            repository: snapshot.repositories.get(it.place)?.name.to_string(),
            dockerfiles: count(it.dockerfiles),
            progress: it.tally.into(),
        })
    };
    let body = TeamBody {
        team: line.into(),
        items: ItemCounts::each(Item::ALL.into_iter().zip(Snapshot::items_over(files()))),
        shares: snapshot.team_repositories(&team).iter().filter_map(share).collect(),
        images: snapshot.images_of(files()).iter().map(|it| ImageRow::of(&known, it)).collect(),
    };
    Ok(scope.one(snapshot.revision, body))
}

fn position(line: &TeamLine) -> Position {
    let standing = &line.standing;
    // Between equals by name, and what has no owner last.
    let name = standing.team.as_ref().map_or("1".to_owned(), |it| format!("0{it}"));
    Position { lead: Lead::Number(-standing.tally.left()), name, ..Position::default() }
}

impl From<&TeamLine> for TeamRow {
    fn from(line: &TeamLine) -> Self {
        let it = &line.standing;
        let source = |(source, files): &(TeamSource, usize)| SourceBody {
            source: source.slug(),
            dockerfiles: count(*files),
        };
        Self {
            team: it.team.clone(),
            repositories: it.repositories,
            finished: it.finished,
            dockerfiles: it.dockerfiles,
            sources: line.sources.iter().map(source).collect(),
            progress: it.tally.into(),
        }
    }
}
