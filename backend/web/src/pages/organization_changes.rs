//! `/orgs/{org}/changes`: what changed since a date, newest first, and the same as CSV and
//! JSON. Only what commits did counts as gained or lost.

mod address;
mod entry;
mod export;
#[cfg(test)]
mod tests;
mod view;

use askama::Template;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use names::OrgLogin;
use std::sync::Arc;
use store::read::OrganizationHeader;
use store::read::changes::{Told, told};
use store::read::snapshot::Snapshot;

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use address::{Address, Asked};
use view::ChangesView;

/// Entries on a page.
const PAGE_SIZE: usize = 50;
/// Entries of a file: more than anybody reads, and no more than a request may take.
const FILE_SIZE: usize = 10_000;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/orgs/{org}/changes", get(show))
        .route("/orgs/{org}/changes.csv", get(show_csv))
        .route("/orgs/{org}/changes.json", get(show_json))
}

#[derive(Template)]
#[template(path = "pages/organization_changes.html")]
struct ChangesPage {
    layout: Layout,
    view: ChangesView,
}

type AskedQuery = Result<Query<Asked>, QueryRejection>;

/// What every form of the list starts from.
struct Request {
    header: OrganizationHeader,
    address: Address,
    snapshot: Arc<Snapshot>,
}

impl Request {
    async fn parse(app: &App, org: &str, asked: AskedQuery) -> Result<Self, AppError> {
        let org: OrgLogin = org.parse()?;
        let Query(asked) = asked?;
        let header = app.store.organization_header(&org).await?.ok_or(AppError::NotFound)?;
        let address = Address::parse(asked, header.login.clone(), app.now())?;
        let snapshot = app.snapshot(&header).await?;
        Ok(Self { header, address, snapshot })
    }

    /// The entries below the address' key.
    async fn entries(&self, app: &App, limit: usize) -> Result<Vec<Told>, AppError> {
        let (choice, below) = (&self.address.choice, self.address.below.as_ref());
        let id = self.header.organization_id;
        let groups = app.store.change_groups(id, choice, below, limit).await?;
        Ok(told(&self.snapshot, choice, below, groups, limit))
    }
}

async fn show(State(app): State<App>, Path(org): Path<String>, asked: AskedQuery) -> Page {
    let request = Request::parse(&app, &org, asked).await?;
    let entries = request.entries(&app, PAGE_SIZE + 1).await?;
    let sums = app.store.change_sums(&request.snapshot, &request.address.choice).await?;
    let view = ChangesView::new(&request.address, &app, &request.snapshot, sums, &entries);
    let layout = Layout::around(&app, Some(request.header), Section::Changes, "Changes");
    page(&ChangesPage { layout, view })
}

async fn show_csv(
    State(app): State<App>,
    Path(org): Path<String>,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    Ok(export::csv(&request.header, &request.entries(&app, FILE_SIZE).await?))
}

async fn show_json(
    State(app): State<App>,
    Path(org): Path<String>,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    Ok(export::json(&request.header, &request.entries(&app, FILE_SIZE).await?))
}
