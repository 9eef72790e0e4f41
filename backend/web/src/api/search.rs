//! The search over repositories, Dockerfiles, base images and teams.

use serde::{Deserialize, Serialize};
use store::read::search::{FoundImage, Hits, Place, Searched, found};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Answer;
use super::query::Query;
use super::repositories::count;
use super::tag::Request;
use super::words;
use crate::app::{App, Site};
use crate::error::AppError;
use crate::pages::searched;

/// Hits of each kind.
const SHOWN: usize = 50;
/// Longer than any name or path that people search for.
const LONGEST: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(search))
}

/// What was found, best first.
#[derive(Serialize, ToSchema)]
struct SearchBody {
    repositories: HitsBody<RepositoryHit>,
    dockerfiles: HitsBody<DockerfileHit>,
    images: HitsBody<ImageHit>,
    teams: HitsBody<TeamHit>,
}

/// What was found of one kind.
#[derive(Serialize, ToSchema)]
struct HitsBody<T> {
    /// How many there are in all.
    total: i64,
    /// The best of them, at most 50.
    best: Vec<T>,
}

/// A repository by its name.
#[derive(Serialize, ToSchema)]
struct RepositoryHit {
    owner: String,
    name: String,
    #[schema(schema_with = words::state)]
    state: &'static str,
    /// Dockerfiles in scope.
    dockerfiles: i64,
    items_left: i64,
}

/// A Dockerfile in scope by its path.
#[derive(Serialize, ToSchema)]
struct DockerfileHit {
    owner: String,
    repository: String,
    path: String,
    items_left: i64,
}

/// A base image in use by its reference.
#[derive(Serialize, ToSchema)]
struct ImageHit {
    owner: String,
    reference: String,
    dockerfiles: i64,
}

/// A team by its name.
#[derive(Serialize, ToSchema)]
struct TeamHit {
    owner: String,
    team: String,
    /// Dockerfiles in scope.
    dockerfiles: i64,
}

/// What to look for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// A part of a name, whatever the case.
    #[param(example = "api", min_length = 1, max_length = 200)]
    q: String,
}

/// Repositories, Dockerfiles, base images and teams by a part of their name
#[utoipa::path(get, path = "/api/v1/search", tag = "Search", params(SearchQuery),
    responses((status = 200, body = SearchBody)))]
async fn search(app: App, request: Request, Query(query): Query<SearchQuery>) -> Answer {
    let text = query.q.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        let sentence = "Look for something that has 1 to 200 characters.";
        return Err(AppError::BadRequest(sentence.to_owned()));
    }
    let headers = app.organizations().await?;
    let searched = searched(&app, &headers).await?;
    let found = found(&searched, text, SHOWN);
    Ok(request.answer_by_content(&SearchBody {
        repositories: told(&found.repositories, |it| repository(&searched, *it)),
        dockerfiles: told(&found.dockerfiles, |it| dockerfile(&searched, *it)),
        images: told(&found.images, |it| image(&searched, it)),
        teams: told(&found.teams, |it| team(&searched, *it)),
    }))
}

fn told<T, U>(hits: &Hits<T>, tell: impl Fn(&T) -> Option<U>) -> HitsBody<U> {
    HitsBody { total: count(hits.total), best: hits.best.iter().filter_map(tell).collect() }
}

fn repository(searched: &[Searched], it: Place) -> Option<RepositoryHit> {
    let Searched { owner, snapshot } = searched.get(it.organization)?;
    let found = snapshot.repositories.get(it.place)?;
    Some(RepositoryHit {
        owner: owner.to_string(),
        name: found.name.to_string(),
        state: found.state.slug(),
        dockerfiles: count(found.dockerfiles.len()),
        items_left: count(found.items_left()),
    })
}

fn dockerfile(searched: &[Searched], it: Place) -> Option<DockerfileHit> {
    let Searched { owner, snapshot } = searched.get(it.organization)?;
    let found = snapshot.dockerfiles.get(it.place)?;
    Some(DockerfileHit {
        owner: owner.to_string(),
        repository: snapshot.repository_of(found)?.name.to_string(),
        path: found.path.to_string(),
        items_left: count(found.left()),
    })
}

fn image(searched: &[Searched], it: &FoundImage) -> Option<ImageHit> {
    let Searched { owner, snapshot } = searched.get(it.organization)?;
    Some(ImageHit {
        owner: owner.to_string(),
        reference: it.reference.clone(),
        dockerfiles: count(snapshot.files_on(&it.reference).count()),
    })
}

fn team(searched: &[Searched], it: Place) -> Option<TeamHit> {
    let Searched { owner, snapshot } = searched.get(it.organization)?;
    Some(TeamHit {
        owner: owner.to_string(),
        team: snapshot.team(it.place).to_owned(),
        dockerfiles: count(snapshot.dockerfiles_of_team(it.place)),
    })
}
