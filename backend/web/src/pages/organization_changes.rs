//! `/orgs/{org}/changes`: what changed since a date, newest first, and the same as CSV and
//! JSON. Only what commits did counts as gained or lost.

mod address;
mod entry;
mod export;
#[cfg(test)]
mod tests;
mod view;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::response::Response;
use futures_util::{Stream, StreamExt as _, stream};
use names::OrgLogin;
use std::sync::Arc;
use store::read::OrganizationHeader;
use store::read::changes::{ChangeKey, Told, told};
use store::read::snapshot::Snapshot;
use store::{Store, StoreError};

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use crate::routes::{Need, Routes};
pub(crate) use address::{Address, Asked, place};
use view::ChangesView;

/// Entries on a page.
const PAGE_SIZE: usize = 50;
/// Entries of a file that are read at once.
const PART_SIZE: usize = 1_000;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/orgs/{org}/changes", Need::VIEWER, show)
        .file("/orgs/{org}/changes.csv", Need::VIEWER, show_csv)
        .file("/orgs/{org}/changes.json", Need::VIEWER, show_json)
}

#[derive(Template)]
#[template(path = "pages/organization_changes.html")]
struct ChangesPage {
    layout: Layout,
    view: ChangesView,
}

/// Some entries of a file.
type Part = Result<Vec<Told>, StoreError>;

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
        let header = app.organization(&org).await?;
        let address = Address::parse(asked, header.login.clone(), app.now())?;
        let snapshot = app.snapshot(&header).await?;
        Ok(Self { header, address, snapshot })
    }

    /// The entries below a key.
    async fn entries(
        &self,
        store: &Store,
        below: Option<&ChangeKey>,
        limit: usize,
    ) -> Result<Vec<Told>, StoreError> {
        let choice = &self.address.choice;
        let groups = store.change_groups(&self.snapshot, choice, below, limit).await?;
        Ok(told(&self.snapshot, choice, below, groups, limit))
    }

    /// All entries below the address' key, read while earlier ones are sent. The first part
    /// is read here, so that what fails at once is answered with a page.
    async fn parts(self, store: Store) -> Result<impl Stream<Item = Part> + Send, StoreError> {
        let request = Arc::new(self);
        let below = request.address.below.clone();
        let first = request.entries(&store, below.as_ref(), PART_SIZE).await?;
        let rest = stream::try_unfold(next_key(&first), move |below| {
            let (request, store) = (Arc::clone(&request), store.clone());
            async move {
                let Some(below) = below else { return Ok(None) };
                let entries = request.entries(&store, Some(&below), PART_SIZE).await?;
                let next = next_key(&entries);
                Ok(Some((entries, next)))
            }
        });
        Ok(stream::iter([Ok(first)]).chain(rest))
    }
}

/// Where the next part begins; none after the last.
fn next_key(part: &[Told]) -> Option<ChangeKey> {
    part.get(PART_SIZE - 1).map(|it| it.key().clone())
}

async fn show(app: App, Path(org): Path<String>, asked: AskedQuery) -> Page {
    let request = Request::parse(&app, &org, asked).await?;
    let entries =
        request.entries(&app.store, request.address.below.as_ref(), PAGE_SIZE + 1).await?;
    let sums = app.store.change_sums(&request.snapshot, &request.address.choice).await?;
    let view = ChangesView::new(&request.address, &app, &request.snapshot, sums, &entries);
    let layout = Layout::around(&app, Some(request.header), Section::Changes, "Changes");
    page(&ChangesPage { layout, view })
}

async fn show_csv(
    app: App,
    Path(org): Path<String>,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    let header = request.header.clone();
    Ok(export::csv(&header, request.parts(app.store.clone()).await?))
}

async fn show_json(
    app: App,
    Path(org): Path<String>,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    let header = request.header.clone();
    Ok(export::json(&header, request.parts(app.store.clone()).await?))
}
