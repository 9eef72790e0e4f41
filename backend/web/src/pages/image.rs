//! `/orgs/{org}/images/{reference}`: one base image, its hardened counterpart, what the
//! catalogue knows, and the Dockerfiles behind it by team.

mod assumed;
mod facts;
mod variants;
mod view;

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use names::OrgLogin;

use crate::app::App;
use crate::error::{Page, page};
use crate::kept::Basis;
use crate::known::Known;
use crate::layout::{Layout, Section};
use crate::routes::{Need, Routes};
pub(crate) use facts::FactSheet;
pub(crate) use view::{ImageView, counterpart};

pub(crate) fn routes() -> Routes {
    Routes::new().get("/orgs/{org}/images/{*reference}", Need::VIEWER, show)
}

#[derive(Template)]
#[template(path = "pages/image.html")]
struct ImagePage {
    layout: Layout,
    view: Arc<ImageView>,
}

async fn show(app: App, Path((org, reference)): Path<(String, String)>) -> Page {
    let org: OrgLogin = org.parse()?;
    let header = app.organization(&org).await?;
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
