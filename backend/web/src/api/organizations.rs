//! Organizations: all side by side, one of them or a part of it, its history, and "crawl now".

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use checklist::Item;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use names::OrgLogin;
use serde::{Deserialize, Serialize};
use store::read::OrganizationHeader;
use store::read::standing::Standing;
use store::{OrganizationId, Trigger};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::counts::StandingBody;
use super::outlook::{CourseBody, DayBody, ForecastBody};
use super::query::{Nothing, PartQuery, Query};
use super::scope::Scope;
use super::tag::Request;
use crate::app::{App, Site};
use crate::error::AppError;
use crate::links;
use crate::outlook::Outlook;
use crate::table::unknown;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(history))
        .routes(routes!(crawl_now))
}

/// An organization, or a part of it, and where it stands.
#[derive(Serialize, ToSchema)]
struct OrganizationBody {
    #[schema(example = "acme")]
    login: String,
    is_sample: bool,
    /// By when all is to be finished.
    target_on: Option<NaiveDate>,
    /// When a crawl last ended well.
    crawled_at: Option<DateTime<Utc>>,
    /// The crawl that runs at this moment.
    running_crawl_id: Option<i64>,
    standing: StandingBody,
    forecast: ForecastBody,
    course: CourseBody,
}

/// All organizations.
#[derive(Serialize, ToSchema)]
struct Organizations {
    data: Vec<OrganizationBody>,
}

/// Which points.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// Which repositories: a query of `/orgs/{org}/repositories`, as `team=payments`, encoded.
    /// Without it: all.
    filter: Option<String>,
    /// Which items, with commas between them. Without it: all eight.
    #[param(example = "ports,no-shell")]
    items: Option<String>,
    /// The first day, `2026-01-31`; without it all of them.
    since: Option<NaiveDate>,
}

/// Organizations side by side
#[utoipa::path(get, path = "/api/v1/orgs", tag = "Organizations",
    responses((status = 200, body = Organizations)))]
async fn list(app: App, request: Request, _: Query<Nothing>) -> Answer {
    let now = app.now();
    let mut data = Vec::new();
    for header in app.organizations().await? {
        let standing = app.snapshot(&header).await?.standing(now - TimeDelta::days(7));
        let history = app.history(&header).await?;
        let outlook = Outlook::new(history.whole(), header.target_on, now);
        data.push(OrganizationBody::new(&header, standing, &outlook));
    }
    Ok(request.answer_by_content(&Organizations { data }))
}

/// One organization: where it stands and when it will be done
#[utoipa::path(get, path = "/api/v1/orgs/{org}", tag = "Organizations", params(PartQuery),
    responses((status = 200, body = One<OrganizationBody>)))]
async fn one(scope: Scope, Query(query): Query<PartQuery>) -> Answer {
    let part = scope.part(query)?;
    let snapshot = scope.snapshot().await?;
    let history = scope.app.history(&scope.header).await?;
    let repositories = part.repositories(&snapshot);
    let standing = snapshot.standing_of(repositories.iter().copied(), scope.week_ago());
    let days = part.days(&history, &repositories, &[]);
    let outlook = Outlook::new(days, scope.header.target_on, scope.hour);
    let body = OrganizationBody::new(&scope.header, standing, &outlook);
    Ok(scope.one(snapshot.revision.min(history.revision), body))
}

/// The points of its burn-up chart
///
/// One for each day on which a crawl ended, oldest first; of the repositories and items that
/// are asked for, as they are in scope now.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/history", tag = "Organizations", params(HistoryQuery),
    responses((status = 200, body = One<Vec<DayBody>>)))]
async fn history(scope: Scope, Query(query): Query<HistoryQuery>) -> Answer {
    let HistoryQuery { filter, items, since } = query;
    let part = scope.part(PartQuery { filter })?;
    let item = |it| Item::from_slug(it).ok_or_else(|| unknown("items", it));
    let items = items.as_deref().map(|it| it.split(',').map(item).collect()).transpose()?;
    let items: Vec<Item> = items.unwrap_or_default();
    let snapshot = scope.snapshot().await?;
    let history = scope.app.history(&scope.header).await?;
    let days = part.days(&history, &part.repositories(&snapshot), &items);
    let days = days.iter().filter(|it| since.is_none_or(|since| it.day >= since));
    let days: Vec<DayBody> = days.map(DayBody::from).collect();
    Ok(scope.one(snapshot.revision.min(history.revision), days))
}

/// Crawl now
///
/// Queues a full crawl before everything that a schedule wants. Asking twice queues one.
/// `Location` leads to the crawls.
#[utoipa::path(post, path = "/api/v1/orgs/{org}/crawls", tag = "Organizations",
    responses((status = 202, description = "It is queued.")))]
async fn crawl_now(
    app: App,
    Path(org): Path<String>,
    _: Query<Nothing>,
) -> Result<Response, AppError> {
    let org: OrgLogin = org.parse()?;
    let organization = app.organization(&org).await?;
    let id = OrganizationId(organization.organization_id);
    crate::pages::enqueue_crawl(&app, id, Trigger::Person).await?;
    let crawls = links::api_crawls_of(&organization.login);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, crawls)]).into_response())
}

impl OrganizationBody {
    fn new(header: &OrganizationHeader, standing: Standing, outlook: &Outlook) -> Self {
        Self {
            login: header.login.to_string(),
            is_sample: header.is_sample,
            target_on: header.target_on,
            crawled_at: header.crawled_at,
            running_crawl_id: header.running_crawl_id,
            standing: standing.into(),
            forecast: (&outlook.forecast).into(),
            course: (&outlook.words).into(),
        }
    }
}
