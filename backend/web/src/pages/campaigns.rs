//! `/orgs/{org}/campaigns`: what somebody wants to be done by a day, and the organization's
//! own target.

mod form;
mod line;
mod one;
mod standing;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::Path;
use store::read::OrganizationHeader;

use crate::app::App;
use crate::course::CourseWords;
use crate::error::{AppError, Page, page};
use crate::format;
use crate::layout::{Layout, Section};
use crate::links;
use crate::outlook::Outlook;
use crate::routes::{Need, Routes};
pub(crate) use line::CampaignLine;
pub(crate) use standing::CampaignStanding;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/orgs/{org}/campaigns", Need::VIEWER, show)
        .post("/orgs/{org}/campaigns", Need::EDITOR, form::begin)
        .get("/orgs/{org}/campaigns/new", Need::EDITOR, form::ask)
        .get("/orgs/{org}/campaigns/{id}", Need::VIEWER, one::show)
        .get("/orgs/{org}/campaigns/{id}/edit", Need::EDITOR, form::edit)
        .post("/orgs/{org}/campaigns/{id}/edit", Need::EDITOR, form::change)
        .post("/orgs/{org}/campaigns/{id}/end", Need::EDITOR, form::end)
        .post("/orgs/{org}/target", Need::EDITOR, form::set_target)
}

#[derive(Template)]
#[template(path = "pages/campaigns.html")]
struct CampaignsPage {
    layout: Layout,
    view: CampaignsView,
}

/// The whole page.
struct CampaignsView {
    target: TargetForm,
    course: CourseWords,
    new_link: String,
    running: Vec<CampaignLine>,
    ended: Vec<CampaignLine>,
}

/// The form of the organization's own target.
struct TargetForm {
    action: String,
    /// As it is stored or was typed.
    value: String,
    words: String,
    refusal: Option<String>,
}

async fn show(app: App, Path(org): Path<String>) -> Page {
    let header = header(&app, &org).await?;
    let target = TargetForm::new(&header, None);
    campaigns(&app, header, target).await
}

async fn campaigns(app: &App, header: OrganizationHeader, target: TargetForm) -> Page {
    let now = app.now();
    let snapshot = app.snapshot(&header).await?;
    let history = app.history(&header).await?;
    let all = app.campaigns(&header, &snapshot).await?;
    let (running, ended): (Vec<_>, Vec<_>) = all.iter().partition(|it| it.ended_at.is_none());
    let facts = (&*snapshot, &*history);
    let line = |it| {
        let standing = CampaignStanding::of(app, it, &header.login, facts);
        CampaignLine::new(it, &header.login, standing)
    };
    let view = CampaignsView {
        target,
        course: Outlook::new(history.whole(), header.target_on, now).words,
        new_link: links::new_campaign(&header.login, ""),
        running: running.into_iter().map(line).collect(),
        ended: ended.into_iter().map(line).collect(),
    };
    let layout = Layout::around(app, Some(header), Section::Overview, "Targets and campaigns");
    page(&CampaignsPage { layout, view })
}

impl TargetForm {
    /// With what was typed and why it will not do, where that is so.
    fn new(header: &OrganizationHeader, refused: Option<(String, String)>) -> Self {
        let stored = header.target_on.map(|it| it.to_string()).unwrap_or_default();
        let (value, refusal) = match refused {
            Some((typed, refusal)) => (typed, Some(refusal)),
            None => (stored, None),
        };
        Self {
            action: links::set_target(&header.login),
            value,
            words: header.target_on.map_or("No target is set.".to_owned(), |it| {
                format!("Everything is to be done by {}.", format::date(it))
            }),
            refusal,
        }
    }
}

async fn header(app: &App, org: &str) -> Result<OrganizationHeader, AppError> {
    app.organization(&org.parse()?).await
}
