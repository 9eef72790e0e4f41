//! `/`: organizations side by side; with one, its overview; without any, the first run.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use store::read::OrganizationHeader;
use store::read::standing::Standing;

use super::overview::overview;
use crate::app::App;
use crate::error::{AppError, page};
use crate::format;
use crate::freshness::Freshness;
use crate::layout::{Layout, Section};
use crate::links;
use crate::parts::{Bar, Linked, Tally, tally_words};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(show))
}

#[derive(Template)]
#[template(path = "pages/organizations.html")]
struct OrganizationsPage {
    layout: Layout,
    organizations: Vec<OrganizationCard>,
}

struct OrganizationCard {
    name: Linked,
    is_sample: bool,
    percent: String,
    bar: Bar,
    words: String,
    finished: Linked,
    total: Linked,
    freshness: Freshness,
}

async fn show(State(app): State<App>) -> Result<Response, AppError> {
    let mut headers = app.store.organization_headers().await?;
    if headers.len() < 2 {
        return match headers.pop() {
            Some(only) => Ok(overview(&app, only).await?.into_response()),
            None => Ok(Redirect::to(links::START).into_response()),
        };
    }
    let now = app.now();
    let mut standings = Vec::with_capacity(headers.len());
    for header in &headers {
        standings.push(app.snapshot(header).await?.standing(now - TimeDelta::days(7)));
    }
    let layout = Layout::around(&app, None, Section::Overview, "Organizations");
    let organizations = headers.iter().map(|it| card(it, &standings, now)).collect();
    Ok(page(&OrganizationsPage { layout, organizations })?.into_response())
}

fn card(
    header: &OrganizationHeader,
    standings: &[Standing],
    now: DateTime<Utc>,
) -> OrganizationCard {
    let found = standings.iter().find(|it| it.organization_id == header.organization_id);
    let standing = found.copied().unwrap_or_default();
    let tally = Tally::from(standing.tally);
    let org = &header.login;
    let schedule = (header.full_schedule.as_str(), header.time_zone.as_str());
    OrganizationCard {
        name: Linked::new(org.as_str(), links::organization(org)),
        is_sample: header.is_sample,
        percent: tally.percent().map_or("–".to_owned(), |it| format!("{it}%")),
        bar: Bar::new(tally),
        words: tally_words(tally),
        finished: Linked::new(
            format::number(standing.finished),
            links::repositories_where(org, &[("state", "finished")]),
        ),
        total: Linked::new(
            format::counted(standing.repositories, "repository", "repositories"),
            links::repositories(org),
        ),
        freshness: Freshness::new(header.crawled_at, schedule, now),
    }
}
