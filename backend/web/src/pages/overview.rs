//! `/orgs/{org}`: are we on course.

mod chart;
mod finish;
#[cfg(test)]
mod tests;
mod view;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use chrono::TimeDelta;
use store::read::OrganizationHeader;

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use view::{Facts, Overview};

/// How many base images the overview names.
const IMAGES: usize = 8;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}", get(show))
}

#[derive(Template)]
#[template(path = "pages/overview.html")]
struct OverviewPage {
    layout: Layout,
    view: Overview,
}

async fn show(State(app): State<App>, Path(org): Path<String>) -> Page {
    let org = org.parse()?;
    let header = app.store.organization_header(&org).await?.ok_or(AppError::NotFound)?;
    overview(&app, header).await
}

/// The overview of an organization that is at hand already.
pub(crate) async fn overview(app: &App, header: OrganizationHeader) -> Page {
    let (id, now) = (header.organization_id, app.now());
    let week_ago = now - TimeDelta::days(7);
    let snapshot = app.snapshot(&header).await?;
    let mut images = snapshot.base_image_work(snapshot.repositories.iter());
    images.truncate(IMAGES);
    let facts = Facts {
        standing: snapshot.standing(week_ago),
        days: app.store.organization_days(id).await?,
        items: snapshot.items_of(snapshot.repositories.iter()),
        images,
        teams: snapshot.team_standings(),
        milestones: snapshot.milestones(week_ago),
    };
    let view = Overview::new(&header, facts, now);
    let is_live = header.running_crawl_id.is_some();
    let title = header.login.to_string();
    let layout = Layout::around(app, Some(header), Section::Overview, title).live(is_live);
    page(&OverviewPage { layout, view })
}
