//! One base image: what the catalogue knows of it, and whose Dockerfiles start from it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use checklist::{TagGroup, VariantFacts, VariantKind};
use serde::{Deserialize, Serialize};
use store::read::snapshot::Snapshot;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::images::ImageRow;
use super::query::Query;
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::error::AppError;
use crate::known::Known;
use crate::pages::image::{FactSheet, counterpart};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(one))
}

/// One image, what the catalogue knows of it, and whose Dockerfiles start from it.
#[derive(Serialize, ToSchema)]
struct ImageBody {
    /// Null where no Dockerfile in scope starts from it.
    used: Option<ImageRow>,
    /// Of the image and of its counterparts, as far as they are hardened.
    catalog: Vec<CatalogBody>,
    /// What can be had under the live tags of the hardened image.
    variants: Vec<VariantBody>,
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

/// Live tags that share everything.
#[derive(Serialize, ToSchema)]
struct VariantBody {
    #[schema(schema_with = words::variant_kind)]
    kind: &'static str,
    #[schema(example = "debian 13")]
    distribution: Option<String>,
    tags: Vec<String>,
    /// The last day of its maintenance.
    #[schema(example = "2028-04-30")]
    end_of_life: Option<String>,
    /// Null where the catalogue could not be understood.
    brings: Option<BringsBody>,
}

/// What a variant brings.
#[derive(Serialize, ToSchema)]
struct BringsBody {
    #[schema(example = "node")]
    user: String,
    uid: u32,
    entry_point: Vec<String>,
    command: Vec<String>,
    /// Null where it is not known.
    working_directory: Option<String>,
    ports: Vec<u16>,
    /// A listed shell. None listed is no proof that there is none.
    shell: Option<String>,
    package_manager: Option<String>,
    has_certificates: bool,
}

/// How many Dockerfiles of a team start from an image.
#[derive(Serialize, ToSchema)]
struct TeamShare {
    /// Null: no owner is known.
    team: Option<String>,
    dockerfiles: i64,
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

/// One base image
#[utoipa::path(get, path = "/api/v1/orgs/{org}/image", tag = "Organizations", params(ImageQuery),
    responses((status = 200, body = One<ImageBody>)))]
async fn one(scope: Scope, Query(query): Query<ImageQuery>) -> Answer {
    let reference = query.reference.as_str();
    let snapshot = scope.snapshot().await?;
    let images = snapshot.images();
    let found = images.iter().find(|it| it.reference == reference);
    let known = Known::of(&scope.app, &scope.header).await?;
    let counterpart = counterpart(&known, reference, found);
    let catalog: Vec<CatalogBody> =
        counterpart.iter().filter_map(|it| CatalogBody::of(&known, &it.reference)).collect();
    let name = counterpart.first().map(|it| it.facts.name.as_str());
    let facts = name.and_then(|it| known.catalog.hardened_image(it));
    if found.is_none() && catalog.is_empty() {
        return Err(AppError::NotFound);
    }
    let image = found.map(|it| it.image.as_str());
    let others = images.iter().filter(|it| Some(it.image.as_str()) == image);
    let body = ImageBody {
        used: found.map(|it| ImageRow::of(&known, it)),
        catalog,
        variants: facts.iter().flat_map(|it| &it.variants).map(VariantBody::from).collect(),
        other_tags: others
            .filter(|it| it.reference != reference)
            .map(|it| ImageRow::of(&known, it))
            .collect(),
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
    fn of(known: &Known, reference: &str) -> Option<Self> {
        let FactSheet { reference, facts } = FactSheet::of(known, reference)?;
        let fact = |(name, value)| FactBody { name, value };
        Some(Self { reference, facts: facts.into_iter().map(fact).collect() })
    }
}

impl From<&TagGroup> for VariantBody {
    fn from(it: &TagGroup) -> Self {
        Self {
            kind: match it.kind {
                VariantKind::Runtime => "runtime",
                VariantKind::Dev => "dev",
                VariantKind::Sdk => "sdk",
            },
            distribution: it.distribution.clone(),
            tags: it.tags.clone(),
            end_of_life: it.end_of_life.clone(),
            brings: it.variant.as_ref().map(BringsBody::from),
        }
    }
}

impl From<&VariantFacts> for BringsBody {
    fn from(it: &VariantFacts) -> Self {
        Self {
            user: it.user.clone(),
            uid: it.uid,
            entry_point: it.entrypoint.clone(),
            command: it.cmd.clone(),
            working_directory: it.workdir.clone(),
            ports: it.ports.clone(),
            shell: it.shell.clone(),
            package_manager: it.package_manager.clone(),
            has_certificates: it.has_certificates,
        }
    }
}
