//! `/orgs/{org}/teams/{team}`: one team, its items, its repositories and base images.

mod view;

use askama::Template;
use axum::extract::Path;
use names::OrgLogin;
use store::read::campaigns::Campaign;
use store::read::history::History;
use store::read::repository_filter::Team;
use store::read::snapshot::Snapshot;

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use crate::pages::campaigns::{CampaignLine, CampaignStanding};
use crate::part::Part;
use crate::routes::{Need, Routes};
use view::{TeamView, team_value};

pub(crate) fn routes() -> Routes {
    Routes::new().get("/orgs/{org}/teams/{team}", Need::VIEWER, show)
}

#[derive(Template)]
#[template(path = "pages/team.html")]
struct TeamPage {
    layout: Layout,
    view: TeamView,
}

async fn show(app: App, Path((org, team)): Path<(String, String)>) -> Page {
    let org: OrgLogin = org.parse()?;
    let team = if team == crate::table::NO_OWNER { Team::NoOwner } else { Team::Named(team) };
    let header = app.organization(&org).await?;
    let snapshot = app.snapshot(&header).await?;
    let mut view = TeamView::new(&header.login, &snapshot, &team).ok_or(AppError::NotFound)?;
    let campaigns = app.campaigns(&header, &snapshot).await?;
    if campaigns.iter().any(|it| it.ended_at.is_none()) {
        let history = app.history(&header).await?;
        view.campaigns = running(&app, &campaigns, (&header.login, &team), (&snapshot, &history));
    }
    let title = view.name.clone();
    let layout = Layout::around(&app, Some(header), Section::Teams, title);
    page(&TeamPage { layout, view })
}

/// The campaigns that run and are about this team.
fn running(
    app: &App,
    campaigns: &[Campaign],
    (org, team): (&OrgLogin, &Team),
    facts: (&Snapshot, &History),
) -> Vec<CampaignLine> {
    let now = app.now();
    let is_ours = |it: &&Campaign| {
        let part = Part::parse(&it.filter, org, now);
        it.ended_at.is_none() && part.is_ok_and(|part| part.chosen("team") == team_value(team))
    };
    let ours = campaigns.iter().filter(is_ours);
    let standing = |it| CampaignStanding::of(app, it, org, facts);
    ours.map(|it| CampaignLine::new(it, org, standing(it))).collect()
}
