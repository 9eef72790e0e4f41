//! `/crawls/{id}`: one crawl, live while it runs; and `/orgs/{org}/crawl`, where
//! one is asked for and waited for.

mod events;
mod live;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use names::OrgLogin;
use store::{OrganizationId, Trigger};

use self::live::Live;
use super::crawls::{Headway, Queue, QueueState};
use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::routes::{Need, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/crawls/{id}", Need::VIEWER, show)
        .get("/crawls/{id}/events", Need::VIEWER, events::events)
        .get("/orgs/{org}/crawl", Need::VIEWER, wait)
        .post("/orgs/{org}/crawl", Need::EDITOR, crawl_now)
}

async fn show(app: App, Path(id): Path<String>) -> Page {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let seen = app.crawl(id).await?;
    let live = Live::read(&app, &seen).await?;
    let owner = &seen.crawl.owner;
    let title = format!("Crawl {id} of {owner}");
    let layout = Layout::of(&app, owner, Section::Crawls, title).await?;
    page(&CrawlPage {
        layout: layout.live(live.row.is_running),
        crawl_action: links::crawl_now(owner),
        events: live.row.is_running.then(|| links::crawl_events(id)),
        live,
    })
}

#[derive(Template)]
#[template(path = "pages/crawl.html")]
struct CrawlPage {
    layout: Layout,
    crawl_action: String,
    /// Where the live part comes from while it changes.
    events: Option<String>,
    live: Live,
}

/// Queues a crawl that a person asked for. Asking twice queues one.
async fn crawl_now(app: App, Path(org): Path<String>) -> Result<Redirect, AppError> {
    let org: OrgLogin = org.parse()?;
    let organization = app.organization(&org).await?;
    let id = OrganizationId(organization.organization_id);
    enqueue_crawl(&app, id, Trigger::Person).await?;
    Ok(Redirect::to(&links::crawl_now(&organization.login)))
}

/// Queues a full crawl before everything that a schedule wants.
pub(crate) async fn enqueue_crawl(
    app: &App,
    organization: OrganizationId,
    trigger: Trigger,
) -> Result<(), AppError> {
    app.store.ask_for_crawl(organization, trigger, &app.reader.actor(), app.now()).await?;
    Ok(())
}

/// Shows what waits for an organization, and leads on to the crawl once it runs.
async fn wait(app: App, Path(org): Path<String>) -> Result<Response, AppError> {
    let org: OrgLogin = org.parse()?;
    let layout = Layout::of(&app, &org, Section::Crawls, format!("Crawl of {org}")).await?;
    let queues = app.queues().await?.0;
    let queue = queues.iter().find(|it| it.owner.as_str().eq_ignore_ascii_case(org.as_str()));
    let queue = Queue::new(queue.ok_or(AppError::NotFound)?, app.read_schedule, app.now());
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use names::RepositoryId;
    use store::{CrawlCounts, CrawlKind};

    use crate::testing::{get, listed, now, organization, post, words};

    #[tokio::test]
    async fn a_running_crawl_is_live_and_says_how_far_it_is() {
        let store = store::testing::store().await;
        let org = organization(&store, "acme").await;
        store.save_listing(org, &[listed(1, "shop")], now()).await.unwrap();
        let crawl = store.begin_crawl(org, CrawlKind::Full, Trigger::Person, now()).await.unwrap();
        let counts = CrawlCounts {
            repositories_listed: 9,
            repositories_to_read: 4,
            repositories_read: 1,
            repositories_unchanged: 5,
            repositories_failed: 1,
            ..CrawlCounts::default()
        };
        store.crawl_progress(crawl, &counts).await.unwrap();
        let failure = store::CrawlFailure {
            repository: Some(RepositoryId(1)),
            path: None,
            reason: "a legal notice".to_owned(),
        };
        store.record_failure(crawl, &failure).await.unwrap();
        let (status, page) = get(&store, &format!("/crawls/{crawl}")).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            page.contains("data-live")
                && page.contains(r#"<progress aria-labelledby="headway" value="2" max="4">"#)
        );
        let words = words(&page);
        assert!(words.contains("2 of 4 changed repositories are read"), "{words}");
        assert!(
            words.contains("shop a legal notice") || words.contains("shopa legal notice"),
            "{words}"
        );
        assert!(words.contains("Skipped as unchanged5"), "{words}");
    }

    #[tokio::test]
    async fn a_crawl_asked_for_while_one_runs_waits_for_its_end() {
        let store = store::testing::store().await;
        let org = organization(&store, "acme").await;
        let crawl =
            store.begin_crawl(org, CrawlKind::Full, Trigger::Schedule, now()).await.unwrap();
        let (status, _, location) = post(&store, "/orgs/acme/crawl", "").await;
        assert_eq!((status, location.as_str()), (StatusCode::SEE_OTHER, "/orgs/acme/crawl"));
        let (_, page) = get(&store, "/orgs/acme/crawl").await;
        assert!(words(&page).contains("It starts as soon as the running crawl ends"));
        assert!(page.contains(&format!("/crawls/{crawl}")));
        let (_, list) = get(&store, "/crawls").await;
        assert!(words(&list).contains("Another is queued; it starts as soon as this one ends."));
    }

    #[tokio::test]
    async fn a_crawl_that_nobody_ran_leads_nowhere() {
        let store = store::testing::store().await;
        for address in ["/crawls/1", "/crawls/x", "/orgs/acme/crawl"] {
            assert_eq!(get(&store, address).await.0, StatusCode::NOT_FOUND, "{address}");
        }
        assert_eq!(post(&store, "/orgs/acme/crawl", "").await.0, StatusCode::NOT_FOUND);
    }
}
