//! Crawls: what ran, what runs, what failed.

use axum::extract::Path;
use chrono::{DateTime, Utc};
use names::OrgLogin;
use serde::{Deserialize, Serialize};
use store::read::crawls::{CrawlFailure, CrawlState, Which};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, with_next};
use super::cursor::{Cut, Part, Position, next_address};
use super::query::{Nothing, Paged, Query};
use super::tag::Request;
use super::words;
use crate::app::{App, Site};
use crate::error::AppError;
use crate::seen::SeenCrawl;

/// Failures told of one crawl.
const FAILURES: i64 = 1000;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// A crawl and its counts.
#[derive(Serialize, ToSchema)]
struct CrawlRow {
    id: i64,
    #[schema(example = "acme")]
    organization: String,
    #[schema(schema_with = words::crawl_kind)]
    kind: &'static str,
    /// What set it off.
    #[schema(schema_with = words::trigger)]
    trigger: &'static str,
    #[schema(schema_with = words::crawl_state)]
    state: &'static str,
    /// Why it ended early.
    failure: Option<String>,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    /// Repositories that GitHub listed. Null, as the counts below, for who sees only some of the
    /// organization's repositories.
    listed: Option<u32>,
    /// Those that changed and had to be read.
    to_read: Option<u32>,
    /// Those of them that were read.
    read: Option<u32>,
    /// Those that were skipped as unchanged.
    unchanged: Option<u32>,
    /// Those that could not be read.
    failed: Option<u32>,
    /// Dockerfiles found in what was read.
    dockerfiles: Option<u32>,
    blobs_fetched: Option<u32>,
    rest_requests: Option<u32>,
    graphql_requests: Option<u32>,
    graphql_points: Option<u32>,
    /// What it waits for.
    waiting_for: Option<String>,
    waiting_until: Option<DateTime<Utc>>,
    /// What is left of GitHub's budget.
    rest_left: Option<i64>,
    graphql_left: Option<i64>,
    budget_resets_at: Option<DateTime<Utc>>,
}

/// A crawl and what failed in it.
#[derive(Serialize, ToSchema)]
struct CrawlWithFailures {
    #[serde(flatten)]
    crawl: CrawlRow,
    /// In the order in which they happened, at most 1,000.
    failures: Vec<FailureRow>,
}

/// Something that could not be read.
#[derive(Serialize, ToSchema)]
struct FailureRow {
    /// The repository, if it is one's.
    repository: Option<String>,
    /// The path inside it, if it is one's.
    path: Option<String>,
    reason: String,
}

/// Crawls, a page of them.
#[derive(Serialize, ToSchema)]
struct CrawlPage {
    data: Vec<CrawlRow>,
    next_cursor: Option<String>,
}

/// Which crawls.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CrawlsQuery {
    /// Of one organization.
    org: Option<String>,
    /// `all`: the cheap looks too that found nothing to do.
    show: Option<String>,
    /// How many rows at most, from 1 to 200; 50 without a choice.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// Where the last page ended: its `next_cursor`.
    cursor: Option<String>,
}

/// What ran and what runs
///
/// Newest first.
#[utoipa::path(get, path = "/api/v1/crawls", tag = "Crawls", params(CrawlsQuery),
    responses((status = 200, body = CrawlPage)))]
async fn list(app: App, request: Request, Query(query): Query<CrawlsQuery>) -> Answer {
    let paged = Paged { limit: query.limit, cursor: query.cursor };
    let part = Part::parse(&request.address, &paged)?;
    let org: Option<OrgLogin> = query.org.as_deref().map(str::parse).transpose()?;
    let which = match query.show.as_deref() {
        None => Which::Eventful,
        Some("all") => Which::All,
        Some(_) => return Err(AppError::BadRequest("The only choice is show=all.".to_owned())),
    };
    let before = part.after.as_ref().map(|it| it.id);
    let limit = i64::try_from(part.limit + 1).unwrap_or(i64::MAX);
    let found = app.crawls_before(org.as_ref(), which, before, limit).await?;
    let row =
        |it: SeenCrawl| (Position { id: it.crawl.id, ..Position::default() }, CrawlRow::from(it));
    let Cut { rows, next } = part.first_of(found.into_iter().map(row).collect());
    let link = next.as_deref().map(|it| next_address(&request.address, it));
    let page = CrawlPage { data: rows, next_cursor: next };
    Ok(with_next(request.answer_by_content(&page), link))
}

/// One crawl and what failed in it
#[utoipa::path(get, path = "/api/v1/crawls/{id}", tag = "Crawls",
    responses((status = 200, body = CrawlWithFailures)))]
async fn one(app: App, Path(id): Path<String>, request: Request, _: Query<Nothing>) -> Answer {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let seen = app.crawl(id).await?;
    let failures = app.crawl_failures(&seen, FAILURES).await?;
    let failures = failures.into_iter().map(FailureRow::from).collect();
    Ok(request.answer_by_content(&CrawlWithFailures { crawl: seen.into(), failures }))
}

impl From<SeenCrawl> for CrawlRow {
    fn from(SeenCrawl { crawl: it, is_whole }: SeenCrawl) -> Self {
        let count = |count: u32| is_whole.then_some(count);
        let (state, failure) = match it.state {
            CrawlState::Running => ("running", None),
            CrawlState::Done => ("done", None),
            CrawlState::Failed(why) => ("failed", is_whole.then_some(why)),
        };
        Self {
            id: it.id,
            organization: it.owner.to_string(),
            kind: it.kind.slug(),
            trigger: it.trigger.slug(),
            state,
            failure,
            started_at: it.started_at,
            ended_at: it.ended_at,
            listed: count(it.listed),
            to_read: count(it.to_read),
            read: count(it.read),
            unchanged: count(it.unchanged),
            failed: count(it.failed),
            dockerfiles: count(it.dockerfiles),
            blobs_fetched: count(it.blobs_fetched),
            rest_requests: count(it.rest_requests),
            graphql_requests: count(it.graphql_requests),
            graphql_points: count(it.graphql_points),
            waiting_for: it.budget.waiting_for,
            waiting_until: it.budget.waiting_until,
            rest_left: it.budget.rest_left,
            graphql_left: it.budget.graphql_left,
            budget_resets_at: it.budget.resets_at,
        }
    }
}

impl From<CrawlFailure> for FailureRow {
    fn from(it: CrawlFailure) -> Self {
        Self {
            repository: it.repository.map(|it| it.to_string()),
            path: it.path,
            reason: it.reason,
        }
    }
}
