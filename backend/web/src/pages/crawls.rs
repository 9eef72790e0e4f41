//! `/crawls`: what ran, what runs, what comes next, for every organization.

mod failed;
mod queue;
mod row;

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use serde::Deserialize;
use store::read::crawls::Which;

use self::failed::Failed;
pub(super) use self::queue::{Queue, QueueState};
#[cfg(test)]
pub(super) use self::row::tests::running;
pub(super) use self::row::{CrawlRow, Headway};
use super::settings::{Credential, credentials};
use crate::app::App;
use crate::error::{Page, page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::parts::Pagination;
use crate::routes::{Need, Routes};

const PAGE_SIZE: i64 = 50;
/// No list goes further; a page number beyond it is a slip or mischief.
const LAST_PAGE: i64 = 100_000;

pub(crate) fn routes() -> Routes {
    Routes::new().get(links::CRAWLS, Need::VIEWER, show).post(
        "/jobs/{id}/retry",
        Need::EDITOR,
        failed::retry,
    )
}

#[derive(Debug, Deserialize)]
struct Asked {
    page: Option<i64>,
    #[serde(default)]
    show: Shown,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Shown {
    #[default]
    Eventful,
    All,
}

impl Shown {
    const fn which(self) -> Which {
        match self {
            Self::Eventful => Which::Eventful,
            Self::All => Which::All,
        }
    }

    const fn slug(self) -> &'static str {
        match self {
            Self::Eventful => "",
            Self::All => "all",
        }
    }
}

async fn show(app: App, asked: Result<Query<Asked>, QueryRejection>) -> Page {
    let Query(asked) = asked?;
    let number = asked.page.unwrap_or(1).clamp(1, LAST_PAGE);
    let which = asked.show.which();
    let offset = (number - 1) * PAGE_SIZE;
    let (queues, whole) = app.queues().await?;
    let (crawls, total) = app.crawls(which, (offset, PAGE_SIZE), &whole).await?;
    let failed = app.failed_jobs(&whole).await?;
    let now = app.now();
    let rows: Vec<CrawlRow> = crawls.iter().map(|it| CrawlRow::new(it, now)).collect();
    let queues: Vec<Queue> =
        queues.iter().map(|it| Queue::new(it, app.read_schedule, now)).collect();
    let is_live = queues.iter().any(|it| it.state.is_lively());
    let layout = Layout::general(&app, Section::Crawls, "Crawls").await?.live(is_live);
    page(&CrawlsPage {
        layout,
        credentials: credentials(&app).await?,
        failed: failed.iter().map(|it| Failed::new(it, now)).collect(),
        queues,
        rows,
        shows_all: asked.show == Shown::All,
        all_link: links::with_query(links::CRAWLS, &[("show", "all")]),
        pagination: (total > PAGE_SIZE).then(|| pagination(asked.show, number, total)),
    })
}

fn pagination(shown: Shown, number: i64, total: i64) -> Pagination {
    Pagination::new(number, PAGE_SIZE, total, |page| {
        let page = page.to_string();
        links::with_query(links::CRAWLS, &[("show", shown.slug()), ("page", &page)])
    })
}

#[derive(Template)]
#[template(path = "pages/crawls.html")]
struct CrawlsPage {
    layout: Layout,
    credentials: Vec<Credential>,
    failed: Vec<Failed>,
    queues: Vec<Queue>,
    rows: Vec<CrawlRow>,
    shows_all: bool,
    all_link: String,
    pagination: Option<Pagination>,
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use store::{CrawlEnd, CrawlKind, EngineVersion, Trigger};

    use crate::testing::{get, now, organization, words};

    #[tokio::test]
    async fn before_any_crawl_the_page_says_how_to_begin() {
        let store = store::testing::store().await;
        let (status, page) = get(&store, "/crawls").await;
        assert_eq!(status, StatusCode::OK);
        assert!(words(&page).contains("No crawl has run yet.Add an organization to begin."));
    }

    #[tokio::test]
    async fn a_look_that_found_nothing_new_is_shown_on_demand() {
        let store = store::testing::store().await;
        let org = organization(&store, "acme").await;
        let begun = store.begin_crawl(org, CrawlKind::Listing, Trigger::Schedule, now()).await;
        let version = EngineVersion { rules: 1, catalog: "test".to_owned() };
        let end =
            CrawlEnd { counts: store::CrawlCounts::default(), version, pushed_watermark: None };
        store.finish_crawl(begun.unwrap(), &end, now()).await.unwrap();
        let (_, page) = get(&store, "/crawls").await;
        assert!(words(&page).contains("No crawl has run yet."));
        let (_, page) = get(&store, "/crawls?show=all").await;
        assert!(words(&page).contains("what is new, by schedule"));
        assert_eq!(get(&store, "/crawls?page=x").await.0, StatusCode::BAD_REQUEST);
    }
}
