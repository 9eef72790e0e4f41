//! `/orgs/{org}/images`: the base images in use, and exactly the chosen ones as CSV and JSON.

mod address;
mod export;
#[cfg(test)]
mod tests;
mod view;

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::response::Response;
use names::OrgLogin;
use store::read::OrganizationHeader;
use store::read::snapshot::{ImageUse, Snapshot};

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::known::{Known, Standing};
use crate::layout::{Layout, Section};
use crate::routes::{Need, Routes};
pub(super) use address::page_number;
use address::{Address, Asked};
pub(crate) use address::{choice, standing, stands};
pub(super) use view::ImageRow;
use view::ImagesView;

/// Rows on a page.
const PAGE_SIZE: usize = 50;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/orgs/{org}/images", Need::VIEWER, show)
        .file("/orgs/{org}/images.csv", Need::VIEWER, show_csv)
        .file("/orgs/{org}/images.json", Need::VIEWER, show_json)
}

#[derive(Template)]
#[template(path = "pages/images.html")]
struct ImagesPage {
    layout: Layout,
    view: ImagesView,
}

type AskedQuery = Result<Query<Asked>, QueryRejection>;

/// A base image in use and how it stands in the catalogue.
type Rated<'a> = (&'a ImageUse, Option<Standing>);

/// What every form of the list starts from.
struct Request {
    header: OrganizationHeader,
    address: Address,
    snapshot: Arc<Snapshot>,
    known: Known,
}

impl Request {
    async fn parse(app: &App, org: &str, asked: AskedQuery) -> Result<Self, AppError> {
        let org: OrgLogin = org.parse()?;
        let Query(asked) = asked?;
        let header = app.organization(&org).await?;
        let address = Address::parse(asked, header.login.clone())?;
        let snapshot = app.snapshot(&header).await?;
        let known = Known::of(app, &header).await?;
        Ok(Self { header, address, snapshot, known })
    }

    fn images(&self) -> Vec<Rated<'_>> {
        self.snapshot.images().iter().map(|it| (it, self.known.standing(it))).collect()
    }

    fn chosen(&self) -> Vec<Rated<'_>> {
        let mut images = self.images();
        images.retain(|(it, standing)| self.address.has(it, standing.as_ref()));
        images
    }
}

async fn show(app: App, Path(org): Path<String>, asked: AskedQuery) -> Page {
    let request = Request::parse(&app, &org, asked).await?;
    let view = ImagesView::new(&request.address, &request.images());
    let layout = Layout::around(&app, Some(request.header), Section::Images, "Base images");
    page(&ImagesPage { layout, view })
}

async fn show_csv(
    app: App,
    Path(org): Path<String>,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    Ok(export::csv(&request.header, &request.chosen()))
}

async fn show_json(
    app: App,
    Path(org): Path<String>,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    Ok(export::json(&request.header, &request.chosen()))
}
