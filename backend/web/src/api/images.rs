//! The base images in use, and the hardened counterpart of each.

use checklist::Suggestion;
use serde::{Deserialize, Serialize};
use store::read::snapshot::ImageUse;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, Page};
use super::cursor::{Lead, Part, Position};
use super::query::{Paged, Query};
use super::repositories::count;
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::known::{Known, Standing};
use crate::pages::images::{choice, standing, stands};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list))
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
    /// How it stands in the catalogue; null of what is to be replaced or not known.
    #[schema(schema_with = words::standing_or_null)]
    standing: Option<&'static str>,
    /// Since when it stands so; of what is maintained, until when.
    #[schema(example = "2028-04-30")]
    standing_day: Option<String>,
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
    /// How it stands in the catalogue.
    #[param(schema_with = words::standing)]
    standing: Option<String>,
    /// How many rows at most, from 1 to 200; 50 without a choice.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// Where the last page ended: its `next_cursor`.
    cursor: Option<String>,
}

/// The base images in use
///
/// Most Dockerfiles first. Those behind a row are `/orgs/{org}/dockerfiles?image=…`.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/images", tag = "Organizations", params(ImagesQuery),
    responses((status = 200, body = Page<ImageRow>)))]
async fn list(scope: Scope, Query(query): Query<ImagesQuery>) -> Answer {
    let ImagesQuery { q, kind, stage, standing: asked, limit, cursor } = query;
    let part = Part::parse(&scope.request.address, &Paged { limit, cursor })?;
    let text = |it: Option<String>| it.unwrap_or_default();
    let choice = choice(text(q).trim(), &text(kind), &text(stage))?;
    let asked = standing(&text(asked))?;
    let known = Known::of(&scope.app, &scope.header).await?;
    let snapshot = scope.snapshot().await?;
    let rated = snapshot.images().iter().map(|it| (it, known.standing(it)));
    let chosen: Vec<(&ImageUse, Option<Standing>)> =
        rated.filter(|(it, standing)| choice.has(it) && stands(asked, standing.as_ref())).collect();
    let chosen: Vec<&(&ImageUse, Option<Standing>)> = chosen.iter().collect();
    let cut = part.cut(&chosen, |(it, _)| Position {
        lead: Lead::Number(-count(it.dockerfiles)),
        name: it.reference.clone(),
        ..Position::default()
    });
    Ok(scope.page(
        snapshot.revision,
        Some(chosen.len()),
        cut.map(|(it, at)| ImageRow::new(it, at.as_ref())),
    ))
}

impl ImageRow {
    pub(super) fn of(known: &Known, it: &ImageUse) -> Self {
        Self::new(it, known.standing(it).as_ref())
    }

    fn new(it: &ImageUse, standing: Option<&Standing>) -> Self {
        Self {
            standing: standing.map(|it| it.kind.slug()),
            standing_day: standing.and_then(|it| it.day.clone()),
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
