//! The catalogue of hardened images in use, and "look now".

use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::{Brought, KeptEdition, Misread, ReadFrom};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Answer;
use super::query::{Nothing, Query};
use super::tag::Request;
use crate::app::{App, CatalogLooks, Site};
use crate::catalogue::{CatalogueInUse, want_look};
use crate::error::AppError;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(refresh))
}

/// The catalogue in use.
#[derive(Serialize, ToSchema)]
struct CatalogInUse {
    /// The name of its facts; another one scores everything anew.
    #[schema(example = "dhi-5f2b6c1de0a94c37")]
    version: String,
    /// The day up to which its facts hold.
    day: Option<NaiveDate>,
    /// Where it was read; null where it comes with Drydock.
    edition: Option<EditionBody>,
    /// Whether it is looked at once a day.
    is_refreshed: bool,
    /// When it was last found out what there is.
    looked_at: Option<DateTime<Utc>>,
    /// Why the last look failed.
    failure: Option<String>,
    /// When it is looked at next; null where it is not, and before the first look.
    next_at: Option<DateTime<Utc>>,
}

/// What was read.
#[derive(Serialize, ToSchema)]
struct EditionBody {
    source: String,
    /// `github` or `file`.
    read_from: &'static str,
    saved_at: DateTime<Utc>,
    images: u32,
    live_tags: u32,
    /// What it brought since the one before; null for the first.
    brought: Option<BroughtBody>,
    /// How many verdicts it changed.
    verdicts_changed: i64,
    /// How many files were not understood.
    not_understood: u32,
    /// The first of these files.
    misread: Vec<MisreadBody>,
}

/// What an edition brought.
#[derive(Serialize, ToSchema)]
struct BroughtBody {
    images_new: u32,
    images_gone: u32,
    tags_new: u32,
    tags_withdrawn: u32,
}

/// A file that was not understood, in part or whole.
#[derive(Serialize, ToSchema)]
struct MisreadBody {
    path: String,
    reason: String,
}

/// The catalogue of hardened images in use
#[utoipa::path(get, path = "/api/v1/catalog", tag = "Settings",
    responses((status = 200, body = CatalogInUse)))]
async fn show(app: App, request: Request, _: Query<Nothing>) -> Answer {
    let found = CatalogueInUse::read(&app).await?;
    let is_refreshed = matches!(app.catalog_looks, CatalogLooks::In(_));
    Ok(request.answer_by_content(&CatalogInUse::new(found, is_refreshed)))
}

/// Look at the catalogue now
///
/// Makes the daily look due at once. Asking twice is as good as asking once; where nothing is
/// looked at, nothing happens.
#[utoipa::path(post, path = "/api/v1/catalog/refresh", tag = "Settings",
    responses((status = 202, description = "It is due.")))]
async fn refresh(app: App, _: Query<Nothing>) -> Result<StatusCode, AppError> {
    want_look(&app).await?;
    Ok(StatusCode::ACCEPTED)
}

impl CatalogInUse {
    fn new(found: CatalogueInUse, is_refreshed: bool) -> Self {
        let CatalogueInUse { version, day, kept, verdicts_changed, standing } = found;
        Self {
            version,
            day,
            edition: kept.map(|it| EditionBody::new(it, verdicts_changed)),
            is_refreshed,
            looked_at: standing.looked_at,
            failure: standing.failure,
            // The first look is due since the beginning of time.
            next_at: is_refreshed
                .then_some(standing.next_at)
                .filter(|it| *it > DateTime::UNIX_EPOCH),
        }
    }
}

impl EditionBody {
    fn new(kept: KeptEdition, verdicts_changed: i64) -> Self {
        let brought = |it: Brought| BroughtBody {
            images_new: it.images_new,
            images_gone: it.images_gone,
            tags_new: it.tags_new,
            tags_withdrawn: it.tags_withdrawn,
        };
        let misread = |Misread { path, reason }| MisreadBody { path, reason };
        Self {
            source: kept.source,
            read_from: match kept.read_from {
                ReadFrom::Github => "github",
                ReadFrom::File => "file",
            },
            saved_at: kept.saved_at,
            images: kept.images,
            live_tags: kept.tags,
            brought: kept.brought.map(brought),
            verdicts_changed,
            not_understood: kept.not_understood,
            misread: kept.misread.into_iter().map(misread).collect(),
        }
    }
}
