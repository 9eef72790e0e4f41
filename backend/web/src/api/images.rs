//! The base images in use, and the hardened counterpart of each.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use checklist::Suggestion;
use serde::{Deserialize, Serialize};
use store::read::snapshot::{ImageUse, Snapshot};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One, Page};
use super::cursor::{Lead, Part, Position};
use super::query::{Paged, Query};
use super::repositories::count;
use super::scope::Scope;
use super::words;
use crate::app::App;
use crate::error::AppError;
use crate::pages::image::FactSheet;
use crate::pages::images::choice;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// A base image in use.
#[derive(Serialize, ToSchema)]
pub(super) struct ImageRow {
    /// As people write it.
    #[schema(example = "node:20-alpine")]
    reference: String,
    /// Without tag and digest.
    #[schema(example = "node")]
    image: String,
    /// What is to be done about it.
    #[schema(schema_with = words::image_kind)]
    kind: &'static str,
    /// The hardened image for stages that ship.
    #[schema(example = "dhi.io/node:20-alpine3.22")]
    to_ship: Option<String>,
    /// The hardened image for stages that do not.
    #[schema(example = "dhi.io/node:20-alpine3.22-dev")]
    for_build: Option<String>,
    /// Dockerfiles in scope that use it.
    dockerfiles: i64,
    /// Those that ship a stage on it.
    shipped: i64,
    /// Those with a stage on it that is not shipped.
    build: i64,
    /// Repositories of these.
    repositories: i64,
    /// What is worth saying although it is hardened: withdrawn, or past its end of life.
    remark: Option<String>,
}

/// One image, what the catalogue knows of it, and whose Dockerfiles start from it.
#[derive(Serialize, ToSchema)]
struct ImageBody {
    /// Null where no Dockerfile in scope starts from it.
    used: Option<ImageRow>,
    /// Of the image and of its counterparts, as far as they are hardened.
    catalog: Vec<CatalogBody>,
    /// Other tags of the image in use, most Dockerfiles first.
    other_tags: Vec<ImageRow>,
    /// Most Dockerfiles first.
    teams: Vec<TeamShare>,
}

/// What the catalogue knows of a hardened image.
#[derive(Serialize, ToSchema)]
struct CatalogBody {
    reference: String,
    facts: Vec<FactBody>,
}

/// A fact in words.
#[derive(Serialize, ToSchema)]
struct FactBody {
    #[schema(example = "Runs as")]
    name: &'static str,
    value: String,
}

/// How many Dockerfiles of a team start from an image.
#[derive(Serialize, ToSchema)]
struct TeamShare {
    /// Null: no owner is known.
    team: Option<String>,
    dockerfiles: i64,
}

/// The hardened counterpart of an image.
#[derive(Serialize, ToSchema)]
pub(super) struct SuggestionBody {
    #[schema(schema_with = words::suggestion)]
    kind: &'static str,
    /// With `use`: the image to use.
    #[schema(example = "dhi.io/node:20-alpine3.22-dev")]
    reference: Option<String>,
}

/// Which images.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImagesQuery {
    /// A part of the reference.
    q: Option<String>,
    #[param(schema_with = words::image_kind)]
    kind: Option<String>,
    /// The stages that start from it.
    #[param(schema_with = words::image_stage)]
    stage: Option<String>,
    /// How many rows at most, from 1 to 200; 50 without a choice.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// Where the last page ended: its `next_cursor`.
    cursor: Option<String>,
}

/// Which one.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImageQuery {
    /// As people write it.
    #[param(example = "node:20-alpine")]
    reference: String,
}

/// The base images in use
///
/// Most Dockerfiles first. Those behind a row are `/orgs/{org}/dockerfiles?image=…`.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/images", tag = "Organizations", params(ImagesQuery),
    responses((status = 200, body = Page<ImageRow>)))]
async fn list(scope: Scope, Query(query): Query<ImagesQuery>) -> Answer {
    let ImagesQuery { q, kind, stage, limit, cursor } = query;
    let part = Part::parse(&scope.request.address, &Paged { limit, cursor })?;
    let text = |it: Option<String>| it.unwrap_or_default();
    let choice = choice(text(q).trim(), &text(kind), &text(stage))?;
    let snapshot = scope.snapshot().await?;
    let images = snapshot.images();
    let chosen: Vec<&ImageUse> = images.iter().filter(|it| choice.has(it)).collect();
    let cut = part.cut(&chosen, |it| Position {
        lead: Lead::Number(-count(it.dockerfiles)),
        name: it.reference.clone(),
        ..Position::default()
    });
    Ok(scope.page(snapshot.revision, Some(chosen.len()), cut.map(ImageRow::from)))
}

/// One base image
#[utoipa::path(get, path = "/api/v1/orgs/{org}/image", tag = "Organizations", params(ImageQuery),
    responses((status = 200, body = One<ImageBody>)))]
async fn one(scope: Scope, Query(query): Query<ImageQuery>) -> Answer {
    let reference = query.reference.as_str();
    let snapshot = scope.snapshot().await?;
    let images = snapshot.images();
    let found = images.iter().find(|it| it.reference == reference);
    let counterparts = found.map(|it| [it.to_ship.as_deref(), it.for_build.as_deref()]);
    let asked = [Some(reference)].into_iter().chain(counterparts.into_iter().flatten()).flatten();
    let catalog: Vec<CatalogBody> = asked.filter_map(CatalogBody::of).collect();
    if found.is_none() && catalog.is_empty() {
        return Err(AppError::NotFound);
    }
    let image = found.map(|it| it.image.as_str());
    let others = images.iter().filter(|it| Some(it.image.as_str()) == image);
    let body = ImageBody {
        used: found.map(ImageRow::from),
        catalog,
        other_tags: others.filter(|it| it.reference != reference).map(ImageRow::from).collect(),
        teams: teams(&snapshot, reference),
    };
    Ok(scope.one(snapshot.revision, body))
}

fn teams(snapshot: &Snapshot, reference: &str) -> Vec<TeamShare> {
    let mut counts: BTreeMap<Option<usize>, i64> = BTreeMap::new();
    for (_, file) in snapshot.files_on(reference) {
        *counts.entry(file.team).or_default() += 1;
    }
    let share = |(team, dockerfiles): (Option<usize>, i64)| TeamShare {
        team: team.map(|it| snapshot.team(it).to_owned()),
        dockerfiles,
    };
    let mut shares: Vec<TeamShare> = counts.into_iter().map(share).collect();
    shares.sort_by_key(|it| Reverse(it.dockerfiles));
    shares
}

impl CatalogBody {
    fn of(reference: &str) -> Option<Self> {
        let FactSheet { reference, facts, .. } = FactSheet::of(reference, "")?;
        let fact = |(name, value)| FactBody { name, value };
        Some(Self { reference, facts: facts.into_iter().map(fact).collect() })
    }
}

impl From<&ImageUse> for ImageRow {
    fn from(it: &ImageUse) -> Self {
        Self {
            reference: it.reference.clone(),
            image: it.image.clone(),
            kind: it.kind.slug(),
            to_ship: it.to_ship.clone(),
            for_build: it.for_build.clone(),
            dockerfiles: count(it.dockerfiles),
            shipped: count(it.shipped),
            build: count(it.build),
            repositories: count(it.repositories),
            remark: it.remark.as_ref().map(|it| it.message.clone()),
        }
    }
}

impl From<&Suggestion> for SuggestionBody {
    fn from(suggestion: &Suggestion) -> Self {
        match suggestion {
            Suggestion::Use(reference) => Self { kind: "use", reference: Some(reference.clone()) },
            Suggestion::AlreadyHardened => Self { kind: "already-hardened", reference: None },
            Suggestion::NoneExists => Self { kind: "none-exists", reference: None },
            Suggestion::NotKnown => Self { kind: "not-known", reference: None },
        }
    }
}
