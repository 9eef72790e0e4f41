//! One organization, as a request asks for it: found, and changed since the client asked last.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use names::OrgLogin;
use store::OrganizationId;
use store::read::OrganizationHeader;
use store::read::snapshot::Snapshot;

use super::query::PartQuery;
use super::tag::{Request, Tag};
use crate::app::{App, Site};
use crate::error::AppError;
use crate::freshness::Freshness;
use crate::part::Part;

/// The organization of an address's `{org}` or `{owner}`.
pub(crate) struct Scope {
    pub(crate) app: App,
    pub(crate) request: Request,
    pub(crate) header: OrganizationHeader,
    pub(crate) is_outdated: bool,
    /// The hour: "this week" moves with it, and so does every tag.
    pub(crate) hour: DateTime<Utc>,
}

/// Why a handler is not called.
pub(crate) enum Stop {
    /// The client has the answer.
    Unchanged(Tag),
    /// There is none.
    Error(AppError),
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Self::Unchanged(tag) => tag.not_modified(),
            Self::Error(error) => error.into_response(),
        }
    }
}

impl<E: Into<AppError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl FromRequestParts<Site> for Scope {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Stop> {
        let app = App::from_request_parts(parts, site).await?;
        let Ok(request) = Request::from_request_parts(parts, site).await;
        let Path(named): Path<HashMap<String, String>> = Path::from_request_parts(parts, site)
            .await
            .map_err(|_| AppError::BadRequest("This address is no text.".to_owned()))?;
        let login = named.get("org").or_else(|| named.get("owner")).ok_or(AppError::NotFound)?;
        let login: OrgLogin = login.parse()?;
        let header = app.organization(&login).await?;
        let scope = Self::new(app, request, header);
        let tag = scope.tag(scope.header.revision);
        if scope.request.knows(&tag) { Err(Stop::Unchanged(tag)) } else { Ok(scope) }
    }
}

impl Scope {
    fn new(app: App, request: Request, header: OrganizationHeader) -> Self {
        let now = app.now();
        let schedule = (header.full_schedule.as_str(), header.time_zone.as_str());
        let freshness = Freshness::new(header.crawled_at, schedule, now);
        Self {
            is_outdated: matches!(freshness, Freshness::Outdated(_)),
            hour: now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now),
            app,
            request,
            header,
        }
    }

    /// Since when something is of "this week".
    pub(crate) fn week_ago(&self) -> DateTime<Utc> {
        self.hour - TimeDelta::days(7)
    }

    /// The part of the organization that a query asks for.
    pub(super) fn part(&self, query: PartQuery) -> Result<Part, AppError> {
        Part::parse(&query.filter.unwrap_or_default(), &self.header.login, self.hour)
    }

    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot>, AppError> {
        Ok(self.app.snapshot(&self.header).await?)
    }

    /// The tag of an answer from a snapshot of a revision, which may be older than the header
    /// while a crawl runs. Whatever an answer says beside it is part of its tag.
    pub(crate) fn tag(&self, revision: i64) -> Tag {
        let it = &self.header;
        let beside = (it.crawled_at, it.running_crawl_id, it.target_on, self.is_outdated);
        let seen = self.app.reader.sight.digest(OrganizationId(it.organization_id));
        let catalog = self.app.catalog();
        self.request.tag((revision, beside, seen, self.hour, catalog.version()))
    }
}
