//! What waits, runs and comes next for each organization, and the jobs that were given up.

use chrono::{DateTime, Utc};
use serde::Serialize;
use store::read::failed_jobs::FailedJob;
use store::read::queues::OrganizationQueue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Answer;
use super::query::{Nothing, Query};
use super::tag::Request;
use crate::app::{App, Site};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list))
}

/// What waits and what was given up.
#[derive(Serialize, ToSchema)]
struct Queues {
    /// Each organization's, by login.
    data: Vec<QueueBody>,
    /// Jobs that nobody tries again by itself.
    failed_jobs: Vec<FailedJobBody>,
}

/// An organization's queue.
#[derive(Serialize, ToSchema)]
struct QueueBody {
    #[schema(example = "acme")]
    organization: String,
    /// When the full crawl falls due next.
    next_full_at: Option<DateTime<Utc>>,
    /// When the cheap look at what is new falls due next.
    next_listing_at: Option<DateTime<Utc>>,
    /// Since when a crawl waits for its turn.
    queued_at: Option<DateTime<Utc>>,
    /// Not before when that crawl may start.
    queued_until: Option<DateTime<Utc>>,
    /// Why its last attempt failed.
    queued_error: Option<String>,
    /// A worker has taken one up.
    is_claimed: bool,
    /// The crawl that runs.
    running_crawl_id: Option<i64>,
}

/// A job that used up its attempts.
#[derive(Serialize, ToSchema)]
struct FailedJobBody {
    id: i64,
    #[schema(example = "acme")]
    organization: String,
    #[schema(example = "full-crawl")]
    kind: &'static str,
    /// How often it was tried.
    attempts: u32,
    /// When it was given up.
    failed_at: Option<DateTime<Utc>>,
    /// Why, in words.
    reason: String,
    /// Another one of its kind waits or runs already.
    is_tried_again: bool,
}

/// What waits and what comes next
#[utoipa::path(get, path = "/api/v1/queues", tag = "Crawls",
    responses((status = 200, body = Queues)))]
async fn list(app: App, request: Request, _: Query<Nothing>) -> Answer {
    let (queues, whole) = app.queues().await?;
    let failed = app.failed_jobs(&whole).await?;
    Ok(request.answer_by_content(&Queues {
        data: queues.into_iter().map(QueueBody::from).collect(),
        failed_jobs: failed.into_iter().map(FailedJobBody::from).collect(),
    }))
}

impl From<OrganizationQueue> for QueueBody {
    fn from(it: OrganizationQueue) -> Self {
        Self {
            organization: it.owner.to_string(),
            next_full_at: it.next_full_at,
            next_listing_at: it.next_listing_at,
            queued_at: it.queued_at,
            queued_until: it.queued_until,
            queued_error: it.queued_error,
            is_claimed: it.is_claimed,
            running_crawl_id: it.running_crawl,
        }
    }
}

impl From<FailedJob> for FailedJobBody {
    fn from(it: FailedJob) -> Self {
        Self {
            id: it.id.0,
            organization: it.owner.to_string(),
            kind: it.kind.slug(),
            attempts: it.attempts,
            failed_at: it.failed_at,
            reason: it.reason,
            is_tried_again: it.is_tried_again,
        }
    }
}
