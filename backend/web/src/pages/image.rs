//! `/orgs/{org}/images/{reference}`: one base image, its hardened counterpart, what the
//! catalogue knows, and the Dockerfiles behind it by team.

mod assumed;
mod facts;
mod variants;
mod view;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use names::OrgLogin;

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::kept::Basis;
use crate::known::Known;
use crate::layout::{Layout, Section};
pub(crate) use facts::FactSheet;
pub(crate) use view::{ImageView, counterpart};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/images/{*reference}", get(show))
}

#[derive(Template)]
#[template(path = "pages/image.html")]
struct ImagePage {
    layout: Layout,
    view: Arc<ImageView>,
}

async fn show(State(app): State<App>, Path((org, reference)): Path<(String, String)>) -> Page {
    let org: OrgLogin = org.parse()?;
    let header = app.store.organization_header(&org).await?.ok_or(AppError::NotFound)?;
    let snapshot = app.snapshot(&header).await?;
    let known = Known::of(&app, &header).await?;
    let asked = (reference.clone(), known.catalog.version().to_owned());
    let make = || ImageView::new(&header.login, (&snapshot, &known), &reference);
    let basis = Basis::of_snapshot(&snapshot, app.now());
    let view = app.snapshots.images.get_or(Some(asked), basis, make);
    let title = format!("Base image {reference}");
    let layout = Layout::around(&app, Some(header), Section::Images, title);
    page(&ImagePage { layout, view })
}
