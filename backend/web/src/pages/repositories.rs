//! `/orgs/{org}/repositories`: the table, and exactly its rows as CSV and JSON.

mod address;
mod export;
mod filters;
#[cfg(test)]
mod tests;
mod view;

use askama::Template;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use names::OrgLogin;
use store::read::OrganizationHeader;
use store::read::repositories::RepositoryLines;
use store::read::repository_filter::Slice;

use crate::app::App;
use crate::error::{AppError, page};
use crate::layout::{Layout, Section};
use address::{Address, Asked};
pub(crate) use filters::group_words;
use view::TableView;

/// Rows on a page.
const PAGE_SIZE: i64 = 50;
/// Days in the line of a row.
const LINE_DAYS: i64 = 90;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/orgs/{org}/repositories", get(show))
        .route("/orgs/{org}/repositories.csv", get(show_csv))
        .route("/orgs/{org}/repositories.json", get(show_json))
}

#[derive(Template)]
#[template(path = "pages/repositories.html")]
struct RepositoriesPage {
    layout: Layout,
    view: TableView,
}

type AskedQuery = Result<Query<Asked>, QueryRejection>;

/// What every form of the table starts from.
struct Request {
    header: OrganizationHeader,
    address: Address,
    now: DateTime<Utc>,
}

impl Request {
    async fn parse(app: &App, org: &str, asked: AskedQuery) -> Result<Self, AppError> {
        let org: OrgLogin = org.parse()?;
        let Query(asked) = asked?;
        let header = app.store.organization_header(&org).await?.ok_or(AppError::NotFound)?;
        let now = app.now();
        let address = Address::parse(asked, header.login.clone(), now - TimeDelta::days(7))?;
        Ok(Self { header, address, now })
    }

    async fn lines(&self, app: &App, part: Part) -> Result<RepositoryLines, AppError> {
        let (offset, limit) = match part {
            Part::Page => ((self.address.page - 1) * PAGE_SIZE, Some(PAGE_SIZE)),
            Part::Whole => (0, None),
        };
        let slice = Slice {
            column: self.address.column,
            is_descending: self.address.is_descending,
            offset,
            limit,
            line_from: (self.now - TimeDelta::days(LINE_DAYS)).date_naive(),
        };
        let id = self.header.organization_id;
        Ok(app.store.repository_lines(id, &self.address.filter, &slice).await?)
    }
}

/// How much of the table is asked for.
enum Part {
    Page,
    Whole,
}

async fn show(
    State(app): State<App>,
    Path(org): Path<String>,
    RawQuery(raw): RawQuery,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    if raw.is_some_and(|it| it.split('&').any(|pair| pair.ends_with('='))) {
        // A form sends what nobody chose too; the address that people share does not.
        return Ok(Redirect::to(&request.address.canonical()).into_response());
    }
    let lines = request.lines(&app, Part::Page).await?;
    let id = request.header.organization_id;
    let choices = app.store.choices(id).await?;
    let standing = app.store.standings(Some(id), request.now).await?.pop().unwrap_or_default();
    let view = TableView::new(&request.address, lines, &choices, &standing, request.now);
    let layout = Layout::around(&app, Some(request.header), Section::Repositories, "Repositories");
    Ok(page(&RepositoriesPage { layout, view })?.into_response())
}

async fn show_csv(
    State(app): State<App>,
    Path(org): Path<String>,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    let lines = request.lines(&app, Part::Whole).await?;
    export::csv(&request.header, &lines)
}

async fn show_json(
    State(app): State<App>,
    Path(org): Path<String>,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    let lines = request.lines(&app, Part::Whole).await?;
    Ok(export::json(&request.header, &lines))
}
