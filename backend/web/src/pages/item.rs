//! `/orgs/{org}/items/{item}`: what one item asks, where it stands, and the reasons behind
//! what is left, each with its Dockerfiles.

#[cfg(test)]
mod tests;
mod view;

use askama::Template;
use axum::extract::Path;
use checklist::Item;
use names::OrgLogin;
use store::read::snapshot::{Reasons, Snapshot};

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use crate::routes::{Need, Routes};
use view::ItemView;

/// Dockerfiles shown behind each reason.
const SHOWN: usize = 10;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/orgs/{org}/items/{item}", Need::VIEWER, show)
}

#[derive(Template)]
#[template(path = "pages/item.html")]
struct ItemPage {
    layout: Layout,
    view: ItemView,
}

async fn show(app: App, Path((org, item)): Path<(String, String)>) -> Page {
    let org: OrgLogin = org.parse()?;
    let item = Item::from_slug(&item).ok_or(AppError::NotFound)?;
    let header = app.organization(&org).await?;
    let snapshot = app.snapshot(&header).await?;
    let reasons = snapshot.reasons(item);
    let shown = shown_reports(&snapshot, reasons);
    let examples = app.store.example_messages(&shown, item).await?;
    let view = ItemView::new(&header.login, item, &snapshot, reasons, &examples);
    let layout = Layout::around(&app, Some(header), Section::Checklist, item.title());
    page(&ItemPage { layout, view })
}

/// The reports of the Dockerfiles that are shown.
pub(crate) fn shown_reports(snapshot: &Snapshot, reasons: &Reasons) -> Vec<i64> {
    let shown = reasons.groups.iter().flat_map(|it| it.files.iter().take(SHOWN));
    let files = shown.filter_map(|it| snapshot.dockerfiles.get(it.place));
    let mut reports: Vec<i64> =
        files.filter_map(|it| snapshot.report_of(it)).map(|it| it.id).collect();
    reports.sort_unstable();
    reports.dedup();
    reports
}
