//! `/orgs/{org}/settings`: when an organization is crawled, and what counts in it.

mod prefixes;
mod schedule;
mod scope;
mod teams;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use names::OrgLogin;
use store::read::OrganizationHeader;

use crate::app::App;
use crate::error::{AppError, form_page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::routes::{Need, Routes};
use prefixes::PrefixesForm;
use schedule::ScheduleForm;
use scope::ScopeForm;
use teams::TeamsForm;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/orgs/{org}/settings", Need::OPERATOR, show)
        .post("/orgs/{org}/settings/schedule", Need::OPERATOR, schedule::save)
        .post("/orgs/{org}/settings/scope", Need::OPERATOR, scope::save)
        .post("/orgs/{org}/settings/prefixes", Need::OPERATOR, prefixes::save)
        .post("/orgs/{org}/settings/teams", Need::OPERATOR, teams::save)
}

#[derive(Template)]
#[template(path = "pages/organization_settings.html")]
struct SettingsPage {
    layout: Layout,
    login: OrgLogin,
    campaigns_link: String,
    forms: Forms,
}

async fn show(app: App, Path(org): Path<String>) -> Result<Response, AppError> {
    let header = header(&app, &org).await?;
    let forms = Forms::of(&app, &header).await?;
    answer(&app, header, forms)
}

/// The forms of the page: as stored, or as somebody sent one that was refused.
struct Forms {
    schedule: ScheduleForm,
    scope: ScopeForm,
    prefixes: PrefixesForm,
    teams: TeamsForm,
}

impl Forms {
    async fn of(app: &App, header: &OrganizationHeader) -> Result<Self, AppError> {
        let organization = app.organization_settings(&header.login).await?;
        let id = organization.id;
        let rules = app.store.team_rules(id).await?;
        Ok(Self {
            scope: ScopeForm::of(&app.store.scope(id).await?),
            prefixes: PrefixesForm {
                prefixes: app.store.hardened_prefixes(id).await?.join("\n"),
                refusal: None,
            },
            teams: TeamsForm::of(organization.team_property.clone(), &rules),
            schedule: ScheduleForm::stored(app, &organization),
        })
    }

    fn is_refused(&self) -> bool {
        let Self { schedule, scope, prefixes, teams } = self;
        [&schedule.refusal, &scope.refusal, &prefixes.refusal, &teams.refusal]
            .into_iter()
            .any(Option::is_some)
    }
}

async fn header(app: &App, org: &str) -> Result<OrganizationHeader, AppError> {
    let org: OrgLogin = org.parse()?;
    let header = app.organization(&org).await?;
    // Rules on paths and teams name what they are about, and change all of it.
    app.needs_whole(&header).await?;
    Ok(header)
}

/// The page; with what was sent, where that was refused.
fn answer(app: &App, header: OrganizationHeader, forms: Forms) -> Result<Response, AppError> {
    let is_refused = forms.is_refused();
    let login = header.login.clone();
    let title = format!("Settings of {login}");
    let layout = Layout::around(app, Some(header), Section::Settings, title);
    let campaigns_link = links::campaigns(&login);
    let page = SettingsPage { layout, login, campaigns_link, forms };
    form_page(&page, is_refused)
}

/// Back to the part of the page that was saved.
fn saved(login: &OrgLogin, part: &str) -> Response {
    Redirect::to(&format!("{}#{part}", links::organization_settings(login))).into_response()
}

/// The lines of a field that say something.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|it| !it.is_empty())
}
