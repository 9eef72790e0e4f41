//! `/` and `/orgs/{org}`: are we on course.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use names::OrgLogin;

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use crate::links;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(home)).route("/orgs/{org}", get(show))
}

/// With one organization its overview; without any, the first-run page.
async fn home(State(app): State<App>) -> Result<Response, AppError> {
    let headers = app.store.organization_headers().await?;
    match headers.as_slice() {
        [] => Ok(Redirect::to(links::START).into_response()),
        [only] => Ok(overview(&app, &only.login).await?.into_response()),
        [first, ..] => Ok(Redirect::to(&links::organization(&first.login)).into_response()),
    }
}

async fn show(State(app): State<App>, Path(org): Path<String>) -> Page {
    overview(&app, &org.parse()?).await
}

#[derive(Template)]
#[template(path = "pages/overview.html")]
struct OverviewPage {
    layout: Layout,
    login: OrgLogin,
}

async fn overview(app: &App, org: &OrgLogin) -> Page {
    let layout = Layout::of(app, org, Section::Overview, org.as_str()).await?;
    page(&OverviewPage { layout, login: org.clone() })
}
