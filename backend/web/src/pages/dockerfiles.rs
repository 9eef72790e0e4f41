//! `/orgs/{org}/dockerfiles`: the Dockerfiles behind a number, and exactly these as CSV and
//! JSON.

pub(super) mod address;
mod export;
mod filters;
#[cfg(test)]
mod tests;
mod view;

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use checklist::Item;
use chrono::{DateTime, Utc};
use names::OrgLogin;
use store::ViewPage;
use store::read::OrganizationHeader;
use store::read::snapshot::Snapshot;

use super::saved_views::SavedViews;
use crate::app::App;
use crate::error::{AppError, page};
use crate::layout::{Layout, Section};
use crate::routes::{Need, Routes};
use crate::table::PAGE_SIZE;
use view::{Facts, ListView};

pub(crate) use address::Address;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/orgs/{org}/dockerfiles", Need::VIEWER, show)
        .file("/orgs/{org}/dockerfiles.csv", Need::VIEWER, show_csv)
        .file("/orgs/{org}/dockerfiles.json", Need::VIEWER, show_json)
}

#[derive(Template)]
#[template(path = "pages/dockerfiles.html")]
struct DockerfilesPage {
    layout: Layout,
    view: ListView,
}

/// What every form of the table starts from.
pub(crate) struct Request {
    header: OrganizationHeader,
    pub(crate) address: Address,
    now: DateTime<Utc>,
    pub(crate) snapshot: Arc<Snapshot>,
    /// The rows that match: places in the snapshot.
    pub(crate) rows: Vec<usize>,
}

/// What findings say, by report, item and code.
type Messages = HashMap<(i64, Item, String), String>;

impl Request {
    async fn parse(app: &App, org: &str, asked: &Uri) -> Result<Self, AppError> {
        let org: OrgLogin = org.parse()?;
        let header = app.organization(&org).await?;
        Self::of(app, header, asked).await
    }

    /// Of an organization that is at hand already.
    pub(crate) async fn of(
        app: &App,
        header: OrganizationHeader,
        asked: &Uri,
    ) -> Result<Self, AppError> {
        let address = Address::parse(asked, header.login.clone())?;
        let snapshot = app.snapshot(&header).await?;
        let rows = snapshot.dockerfiles_matching(&address.filter);
        Ok(Self { header, address, now: app.now(), snapshot, rows })
    }

    /// Puts the first rows of the table's order in front.
    pub(crate) fn order(&mut self, count: usize) {
        self.snapshot.order_dockerfiles(&mut self.rows, self.address.order, count);
    }

    /// The rows of the page that is asked for.
    fn shown(&self) -> &[usize] {
        let first = (self.address.query.page - 1) * PAGE_SIZE;
        let last = (first + PAGE_SIZE).min(self.rows.len());
        self.rows.get(first..last).unwrap_or_default()
    }

    /// Why the shown ones are as the filter asks.
    async fn messages(&self, app: &App) -> Result<Messages, AppError> {
        let finding = |place: &usize| {
            let file = self.snapshot.dockerfiles.get(*place)?;
            let finding = self.snapshot.finding_of(&self.address.filter, file)?;
            Some((self.snapshot.report_of(file)?.id, finding))
        };
        let findings: Vec<_> = self.shown().iter().filter_map(finding).collect();
        if findings.is_empty() {
            return Ok(Messages::new());
        }
        Ok(app.store.finding_messages(&findings).await?)
    }
}

async fn show(app: App, Path(org): Path<String>, asked: Uri) -> Result<Response, AppError> {
    let mut request = Request::parse(&app, &org, &asked).await?;
    request.order(request.address.query.page * PAGE_SIZE);
    let query = &request.address.query;
    if query.has_empty_values {
        // A form sends what nobody chose too; the address that people share does not.
        return Ok(Redirect::to(&query.canonical()).into_response());
    }
    let messages = request.messages(&app).await?;
    let (header, snapshot) = (&request.header, &request.snapshot);
    let views = app.saved_views(header, ViewPage::Dockerfiles, snapshot).await?;
    let views = SavedViews::new(&header.login, ViewPage::Dockerfiles, query, views);
    let facts = Facts {
        snapshot: &request.snapshot,
        matching: &request.rows,
        shown: request.shown(),
        messages,
    };
    let view = ListView::new(&request.address, &facts, views, request.now);
    let layout = Layout::around(&app, Some(request.header), Section::Repositories, "Dockerfiles");
    Ok(page(&DockerfilesPage { layout, view })?.into_response())
}

async fn show_csv(app: App, Path(org): Path<String>, asked: Uri) -> Result<Response, AppError> {
    let mut request = Request::parse(&app, &org, &asked).await?;
    request.order(usize::MAX);
    Ok(export::csv(request))
}

async fn show_json(app: App, Path(org): Path<String>, asked: Uri) -> Result<Response, AppError> {
    let mut request = Request::parse(&app, &org, &asked).await?;
    request.order(usize::MAX);
    Ok(export::json(&request))
}
