//! `/orgs/{org}/teams`: progress and work left per owner, and the same as CSV and JSON.

mod export;
mod order;
#[cfg(test)]
mod tests;
mod view;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::response::Response;
use names::OrgLogin;
use serde::Deserialize;
use store::read::OrganizationHeader;
use store::read::overview::TeamStanding;
use store::read::repository_filter::Team;
use store::read::snapshot::{Snapshot, TeamSource};

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use crate::pages::images::page_number;
use crate::routes::{Need, Routes};
use order::Order;
use view::TeamsView;
pub(super) use view::sources_words;

/// Rows on a page.
const PAGE_SIZE: usize = 50;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/orgs/{org}/teams", Need::VIEWER, show)
        .file("/orgs/{org}/teams.csv", Need::VIEWER, show_csv)
        .file("/orgs/{org}/teams.json", Need::VIEWER, show_json)
}

/// The query as it was written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    sort: String,
    page: String,
}

#[derive(Template)]
#[template(path = "pages/teams.html")]
struct TeamsPage {
    layout: Layout,
    view: TeamsView,
}

type AskedQuery = Result<Query<Asked>, QueryRejection>;

/// A team's numbers and how its ownership is known.
pub(crate) struct TeamLine {
    pub(crate) standing: TeamStanding,
    pub(crate) sources: Vec<(TeamSource, usize)>,
}

/// What every form of the list starts from.
struct Request {
    header: OrganizationHeader,
    order: Order,
    page: usize,
    lines: Vec<TeamLine>,
}

impl Request {
    async fn parse(app: &App, org: &str, asked: AskedQuery) -> Result<Self, AppError> {
        let org: OrgLogin = org.parse()?;
        let Query(asked) = asked?;
        let order = Order::parse(&asked.sort)?;
        let page = page_number(&asked.page)?;
        let header = app.organization(&org).await?;
        let snapshot = app.snapshot(&header).await?;
        let mut lines = team_lines(&snapshot);
        order.sort(&mut lines);
        Ok(Self { header, order, page, lines })
    }
}

/// Every team that owns a Dockerfile in scope, and what has no owner, most work first.
pub(crate) fn usual_lines(snapshot: &Snapshot) -> Vec<TeamLine> {
    let mut lines = team_lines(snapshot);
    Order::USUAL.sort(&mut lines);
    lines
}

/// Every team that owns a Dockerfile in scope, and what has no owner.
pub(super) fn team_lines(snapshot: &Snapshot) -> Vec<TeamLine> {
    let sources = snapshot.sources_of_teams();
    let line = |standing: &TeamStanding| {
        let team = standing.team.clone().map_or(Team::NoOwner, Team::Named);
        let sources = sources.get(&team).cloned().unwrap_or_default();
        TeamLine { sources, standing: standing.clone() }
    };
    snapshot.sums().teams.iter().map(line).collect()
}

async fn show(app: App, Path(org): Path<String>, asked: AskedQuery) -> Page {
    let request = Request::parse(&app, &org, asked).await?;
    let view = TeamsView::new(&request.header.login, request.order, request.page, &request.lines);
    let layout = Layout::around(&app, Some(request.header), Section::Teams, "Teams");
    page(&TeamsPage { layout, view })
}

async fn show_csv(
    app: App,
    Path(org): Path<String>,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    Ok(export::csv(&request.header, &request.lines))
}

async fn show_json(
    app: App,
    Path(org): Path<String>,
    asked: AskedQuery,
) -> Result<Response, AppError> {
    let request = Request::parse(&app, &org, asked).await?;
    Ok(export::json(&request.header, &request.lines))
}
