//! `/orgs/{org}/repositories`: the table, and exactly its rows as CSV and JSON.

mod address;
mod export;
mod filters;
mod line;
mod matches;
mod row;
#[cfg(test)]
mod tests;
mod view;

use std::ops::Range;
use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use names::{OrgLogin, RepositoryId};
use store::ViewPage;
use store::read::OrganizationHeader;
use store::read::repositories::Shares;
use store::read::repository_filter::Column;
use store::read::snapshot::Snapshot;

use super::saved_views::SavedViews;
use crate::app::App;
use crate::error::{AppError, page};
use crate::layout::{Layout, Section};
use crate::routes::{Need, Routes};
use crate::table::PAGE_SIZE;
use view::{Facts, TableView};

pub(crate) use address::Address;
pub(crate) use filters::{group_words, verdict_select};
pub(crate) use matches::Matches;

/// Days in the line of a row.
const LINE_DAYS: i64 = 90;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/orgs/{org}/repositories", Need::VIEWER, show)
        .file("/orgs/{org}/repositories.csv", Need::VIEWER, show_csv)
        .file("/orgs/{org}/repositories.json", Need::VIEWER, show_json)
}

#[derive(Template)]
#[template(path = "pages/repositories.html")]
struct RepositoriesPage {
    layout: Layout,
    view: TableView,
}

/// What every form of the table starts from.
pub(crate) struct Request {
    header: OrganizationHeader,
    pub(crate) address: Address,
    now: DateTime<Utc>,
    pub(crate) snapshot: Arc<Snapshot>,
    /// The repositories that match: places in the snapshot, by name.
    pub(crate) matching: Vec<usize>,
}

impl Request {
    async fn parse(app: &App, org: &str, asked: &Uri) -> Result<Self, AppError> {
        let org: OrgLogin = org.parse()?;
        let header = app.organization(&org).await?;
        Self::of(app, header, asked, app.now()).await
    }

    /// Of an organization that is at hand already.
    pub(crate) async fn of(
        app: &App,
        header: OrganizationHeader,
        asked: &Uri,
        now: DateTime<Utc>,
    ) -> Result<Self, AppError> {
        let address = Address::parse(asked, header.login.clone(), now)?;
        let snapshot = app.snapshot(&header).await?;
        let matching = snapshot.places_matching(&address.filter).collect();
        Ok(Self { header, address, now, snapshot, matching })
    }

    /// The first day of the line of a row.
    fn line_from(&self) -> NaiveDate {
        (self.now - TimeDelta::days(LINE_DAYS)).date_naive()
    }

    /// The shares by which "gained" is told; none where that is not the order.
    pub(crate) async fn before(&self, app: &App) -> Result<Arc<Shares>, AppError> {
        match self.address.order.column {
            Column::Gained => Ok(app.shares_on(&self.snapshot, self.line_from()).await?),
            Column::Name
            | Column::Team
            | Column::Progress
            | Column::Left
            | Column::Dockerfiles
            | Column::Committed
            | Column::Item(_) => Ok(Arc::new(Shares::new())),
        }
    }

    /// Some of the rows in the table's order.
    async fn ordered(&self, app: &App, rows: Range<usize>) -> Result<Vec<usize>, AppError> {
        let before = self.before(app).await?;
        Ok(self.snapshot.ordered(&self.matching, self.address.order, &before, rows))
    }

    fn ids(&self, places: &[usize]) -> Vec<RepositoryId> {
        places.iter().filter_map(|it| Some(self.snapshot.repositories.get(*it)?.id)).collect()
    }
}

async fn show(app: App, Path(org): Path<String>, asked: Uri) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, &asked).await?;
    let query = &request.address.query;
    if query.has_empty_values {
        // A form sends what nobody chose too; the address that people share does not.
        return Ok(Redirect::to(&query.canonical()).into_response());
    }
    let first = (query.page - 1) * PAGE_SIZE;
    let shown = request.ordered(&app, first..first + PAGE_SIZE).await?;
    let days = app.store.share_days(&request.ids(&shown), request.line_from()).await?;
    let (header, snapshot) = (&request.header, &request.snapshot);
    let views = app.saved_views(header, ViewPage::Repositories, snapshot).await?;
    let views = SavedViews::new(&header.login, ViewPage::Repositories, query, views);
    let matches = Matches::of(&app, &request);
    let facts = Facts {
        snapshot: &request.snapshot,
        matches: &matches,
        total: request.matching.len(),
        shown,
        days,
    };
    let view = TableView::new(&request.address, &facts, views, request.now);
    let layout = Layout::around(&app, Some(request.header), Section::Repositories, "Repositories");
    Ok(page(&RepositoriesPage { layout, view })?.into_response())
}

async fn show_csv(app: App, Path(org): Path<String>, asked: Uri) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, &asked).await?;
    let rows = request.ordered(&app, 0..request.matching.len()).await?;
    Ok(export::csv(request.header, request.snapshot, rows))
}

async fn show_json(app: App, Path(org): Path<String>, asked: Uri) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, &asked).await?;
    let rows = request.ordered(&app, 0..request.matching.len()).await?;
    Ok(export::json(&request.header, &request.snapshot, &rows))
}
