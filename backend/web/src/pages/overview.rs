//! `/orgs/{org}`: are we on course, what stands still, what is next. The choices of the
//! repositories' table in its address narrow the whole page.

mod finish;
mod lasting;
mod next;
mod stuck;
#[cfg(test)]
mod tests;
mod view;

use askama::Template;
use axum::extract::{Path, RawQuery};
use store::read::OrganizationHeader;
use store::read::campaigns::Campaign;

use crate::app::App;
use crate::error::{Page, page};
use crate::layout::{Layout, Section};
use crate::pages::campaigns::{CampaignLine, CampaignStanding};
use crate::part::Part;
use crate::routes::{Need, Routes};
pub(crate) use lasting::Lasting;
pub(crate) use stuck::Stuck;
use view::Overview;
pub(crate) use view::Sources;

/// How many campaigns it names.
const CAMPAIGNS: usize = 5;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/orgs/{org}", Need::VIEWER, show)
}

#[derive(Template)]
#[template(path = "pages/overview.html")]
struct OverviewPage {
    layout: Layout,
    view: Overview,
}

async fn show(app: App, Path(org): Path<String>, RawQuery(raw): RawQuery) -> Page {
    let org = org.parse()?;
    let header = app.organization(&org).await?;
    overview(&app, header, &raw.unwrap_or_default()).await
}

/// The overview of an organization that is at hand already, or of a part of it.
pub(crate) async fn overview(app: &App, header: OrganizationHeader, query: &str) -> Page {
    let now = app.now();
    let part = Part::parse(query, &header.login, now)?;
    let snapshot = app.snapshot(&header).await?;
    let history = app.history(&header).await?;
    let sources =
        Sources { header: &header, snapshot: &snapshot, history: &history, part: &part, now };
    let campaigns = app.campaigns(&header, &snapshot).await?;
    let lasting = Lasting::of(app, &sources);
    let view = Overview::new(&sources, &lasting, lines(app, &campaigns, &sources));
    let is_live = header.running_crawl_id.is_some();
    let title = header.login.to_string();
    let layout = Layout::around(app, Some(header), Section::Overview, title).live(is_live);
    page(&OverviewPage { layout, view })
}

/// The campaigns that run, of the whole organization.
fn lines(app: &App, campaigns: &[Campaign], sources: &Sources<'_>) -> Vec<CampaignLine> {
    let (org, facts) = (&sources.header.login, (sources.snapshot, sources.history));
    let running = campaigns.iter().filter(|it| it.ended_at.is_none());
    let shown = running.filter(|_| sources.part.is_whole()).take(CAMPAIGNS);
    let standing = |it| CampaignStanding::of(app, it, org, facts);
    shown.map(|it| CampaignLine::new(it, org, standing(it))).collect()
}
