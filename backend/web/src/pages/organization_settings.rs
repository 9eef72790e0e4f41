//! `/orgs/{org}/settings`: when an organization is crawled, and what counts in it.

mod schedule;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use names::OrgLogin;
use store::read::OrganizationHeader;

use crate::app::App;
use crate::error::AppError;
use crate::layout::{Layout, Section};
use crate::links;
use schedule::ScheduleForm;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/orgs/{org}/settings", get(show))
        .route("/orgs/{org}/settings/schedule", post(schedule::save))
}

#[derive(Template)]
#[template(path = "pages/organization_settings.html")]
struct SettingsPage {
    layout: Layout,
    login: OrgLogin,
    schedule: ScheduleForm,
}

async fn show(State(app): State<App>, Path(org): Path<String>) -> Result<Response, AppError> {
    let header = header(&app, &org).await?;
    let forms = Forms::of(&app, &header).await?;
    answer(&app, header, forms)
}

/// The forms of the page: as stored, or as somebody sent one that was refused.
struct Forms {
    schedule: ScheduleForm,
}

impl Forms {
    async fn of(app: &App, header: &OrganizationHeader) -> Result<Self, AppError> {
        let organization = app.store.organization(&header.login).await?;
        let organization = organization.ok_or(AppError::NotFound)?;
        Ok(Self { schedule: ScheduleForm::stored(app, &organization) })
    }

    fn is_refused(&self) -> bool {
        self.schedule.refusal.is_some()
    }
}

async fn header(app: &App, org: &str) -> Result<OrganizationHeader, AppError> {
    let org: OrgLogin = org.parse()?;
    app.store.organization_header(&org).await?.ok_or(AppError::NotFound)
}

/// The page; with what was sent, where that was refused.
fn answer(app: &App, header: OrganizationHeader, forms: Forms) -> Result<Response, AppError> {
    let status = if forms.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let login = header.login.clone();
    let title = format!("Settings of {login}");
    let layout = Layout::around(app, Some(header), Section::Settings, title);
    let Forms { schedule } = forms;
    let page = SettingsPage { layout, login, schedule };
    Ok((status, Html(page.render()?)).into_response())
}

/// Back to the part of the page that was saved.
fn saved(login: &OrgLogin, part: &str) -> Response {
    Redirect::to(&format!("{}#{part}", links::organization_settings(login))).into_response()
}
