//! `/orgs/{org}/teams/{team}`: one team, its items, its repositories and base images.

mod view;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use names::OrgLogin;
use store::read::repository_filter::Team;

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use view::TeamView;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/teams/{team}", get(show))
}

#[derive(Template)]
#[template(path = "pages/team.html")]
struct TeamPage {
    layout: Layout,
    view: TeamView,
}

async fn show(State(app): State<App>, Path((org, team)): Path<(String, String)>) -> Page {
    let org: OrgLogin = org.parse()?;
    let team = if team == crate::table::NO_OWNER { Team::NoOwner } else { Team::Named(team) };
    let header = app.store.organization_header(&org).await?.ok_or(AppError::NotFound)?;
    let snapshot = app.snapshot(&header).await?;
    let view = TeamView::new(&header.login, &snapshot, &team).ok_or(AppError::NotFound)?;
    let title = view.name.clone();
    let layout = Layout::around(&app, Some(header), Section::Teams, title);
    page(&TeamPage { layout, view })
}
