//! `/`: organizations side by side and what they come to together; with one, its overview;
//! without any, the first run, or why there is nothing to see.

mod nothing_visible;

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use store::Role;
use store::read::OrganizationHeader;
use store::read::history::History;
use store::read::standing::Standing;

use super::overview::overview;
use crate::app::App;
use crate::course::CourseWords;
use crate::error::{AppError, page};
use crate::format;
use crate::freshness::Freshness;
use crate::layout::{Layout, Section};
use crate::links;
use crate::outlook::Outlook;
use crate::parts::{Bar, Linked, Tally, tally_words};
use crate::routes::{Need, Routes};

/// Points of a card's line.
const LINE_POINTS: usize = 60;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/", Need::VIEWER, show)
}

#[derive(Template)]
#[template(path = "pages/organizations.html")]
struct OrganizationsPage {
    layout: Layout,
    sum: Sum,
    organizations: Vec<OrganizationCard>,
}

/// All organizations together.
struct Sum {
    percent: String,
    bar: Bar,
    words: String,
    finished: String,
    repositories: String,
}

struct OrganizationCard {
    name: Linked,
    is_sample: bool,
    percent: String,
    bar: Bar,
    words: String,
    course: CourseWords,
    finished: Linked,
    total: Linked,
    freshness: Freshness,
    /// The share done over time; none before there are two days.
    line: Option<String>,
}

async fn show(app: App, RawQuery(raw): RawQuery) -> Result<Response, AppError> {
    let mut headers = app.organizations().await?;
    if headers.len() < 2 {
        return match headers.pop() {
            Some(only) => Ok(overview(&app, only, &raw.unwrap_or_default()).await?.into_response()),
            None if app.reader.may(Role::Operator) => {
                Ok(Redirect::to(links::START).into_response())
            }
            None => Ok(nothing_visible::show(&app)?.into_response()),
        };
    }
    let now = app.now();
    let (mut standings, mut organizations) = (Vec::new(), Vec::new());
    for header in &headers {
        let standing = app.snapshot(header).await?.standing(now - TimeDelta::days(7));
        let history = app.history(header).await?;
        organizations.push(OrganizationCard::new(header, &standing, &history, now));
        standings.push(standing);
    }
    let layout = Layout::around(&app, None, Section::Overview, "Organizations");
    let sum = Sum::new(&standings);
    Ok(page(&OrganizationsPage { layout, sum, organizations })?.into_response())
}

impl Sum {
    fn new(standings: &[Standing]) -> Self {
        let tally =
            Tally::from(standings.iter().map(|it| it.tally).sum::<store::read::standing::Tally>());
        let repositories = standings.iter().map(|it| it.repositories).sum();
        Self {
            percent: percent(tally),
            bar: Bar::new(tally),
            words: tally_words(tally),
            finished: format::number(standings.iter().map(|it| it.finished).sum()),
            repositories: format::counted(repositories, "repository", "repositories"),
        }
    }
}

impl OrganizationCard {
    fn new(
        header: &OrganizationHeader,
        standing: &Standing,
        history: &History,
        now: DateTime<Utc>,
    ) -> Self {
        let tally = Tally::from(standing.tally);
        let org = &header.login;
        let schedule = (header.full_schedule.as_str(), header.time_zone.as_str());
        let outlook = Outlook::new(history.whole(), header.target_on, now);
        Self {
            name: Linked::new(org.as_str(), links::organization(org)),
            is_sample: header.is_sample,
            percent: percent(tally),
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
            line: line(&outlook.shares(LINE_POINTS)),
            course: outlook.words,
        }
    }
}

fn percent(tally: Tally) -> String {
    tally.percent().map_or("–".to_owned(), |it| format!("{it}%"))
}

/// Shares as a line on a ground of 90 by 20.
fn line(shares: &[f64]) -> Option<String> {
    let steps = shares.len().checked_sub(1).filter(|it| *it > 0)? as f64;
    let place = |(step, share): (usize, &f64)| {
        format!("{:.1},{:.1}", 90.0 * step as f64 / steps, 19.0 - 18.0 * share)
    };
    Some(shares.iter().enumerate().map(place).collect::<Vec<_>>().join(" "))
}
