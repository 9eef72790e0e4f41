//! `/crawls/{id}`: one crawl, live while it runs; and `/orgs/{org}/crawl`, where
//! one is asked for and waited for.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use names::OrgLogin;
use store::read::crawls::CrawlFailure;

use super::crawls::{CrawlRow, Headway, Queue, QueueState};
use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use crate::links;

/// Failures shown; one crawl of a broken organization may have thousands.
const SHOWN_FAILURES: i64 = 500;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/crawls/{id}", get(show)).route("/orgs/{org}/crawl", get(wait))
}

async fn show(State(app): State<App>, Path(id): Path<String>) -> Page {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let crawl = app.store.crawl(id).await?.ok_or(AppError::NotFound)?;
    let failures = app.store.crawl_failures(id, SHOWN_FAILURES).await?;
    let row = CrawlRow::new(&crawl, app.now());
    let title = format!("Crawl {id} of {}", crawl.owner);
    let layout = Layout::of(&app, &crawl.owner, Section::Crawls, title).await?;
    page(&CrawlPage {
        layout: layout.live(row.is_running),
        crawl_action: links::crawl_now(&crawl.owner),
        failures: failures.into_iter().map(|it| Failure::new(&crawl.owner, it)).collect(),
        row,
    })
}

#[derive(Template)]
#[template(path = "pages/crawl.html")]
struct CrawlPage {
    layout: Layout,
    row: CrawlRow,
    crawl_action: String,
    failures: Vec<Failure>,
}

/// What failed, and where.
#[derive(Debug)]
struct Failure {
    /// The repository and its page.
    repository: Option<(String, String)>,
    path: String,
    reason: String,
}

impl Failure {
    fn new(owner: &OrgLogin, failure: CrawlFailure) -> Self {
        let repository =
            failure.repository.map(|it| (it.to_string(), links::repository(owner, &it)));
        Self { repository, path: failure.path.unwrap_or_default(), reason: failure.reason }
    }
}

/// Shows what waits for an organization, and leads on to the crawl once it runs.
async fn wait(State(app): State<App>, Path(org): Path<String>) -> Result<Response, AppError> {
    let org: OrgLogin = org.parse()?;
    let layout = Layout::of(&app, &org, Section::Crawls, format!("Crawl of {org}")).await?;
    let queues = app.store.queues().await?;
    let queue = queues.iter().find(|it| it.owner.as_str().eq_ignore_ascii_case(org.as_str()));
    let queue = Queue::new(queue.ok_or(AppError::NotFound)?, app.now());
    match &queue.state {
        QueueState::Running { link, one_follows: false } => {
            return Ok(Redirect::to(link).into_response());
        }
        QueueState::Idle => return Ok(Redirect::to(&newest(&app, &org).await?).into_response()),
        QueueState::Running { one_follows: true, .. }
        | QueueState::Starting
        | QueueState::Queued(_) => {}
    }
    Ok(page(&QueuePage { layout: layout.live(true), queue })?.into_response())
}

async fn newest(app: &App, org: &OrgLogin) -> Result<String, AppError> {
    let newest = app.store.newest_crawl(org).await?;
    Ok(newest.map_or_else(|| links::CRAWLS.to_owned(), links::crawl))
}

#[derive(Template)]
#[template(path = "pages/crawl_queue.html")]
struct QueuePage {
    layout: Layout,
    queue: Queue,
}
