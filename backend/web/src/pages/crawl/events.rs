//! `/crawls/{id}/events`: the live part of a crawl's page as server-sent events. At most
//! one a second, none while nothing changes, and a last one when the crawl ends.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::Path;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use store::read::crawls::CrawlState;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::live::Live;
use crate::app::App;
use crate::error::AppError;
use crate::seen::SeenCrawl;

/// How long nothing is looked at between two events.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);
/// After so long the stream ends and the browser asks anew: whoever may see less by now, or
/// nothing, learns no more of it.
const LONGEST: Duration = Duration::from_secs(120);

/// One stream and what its reader has seen.
struct Watch {
    app: App,
    crawl: i64,
    /// The facts and the minute that were shown last: times are told by the minute.
    shown: Option<(SeenCrawl, i64)>,
    has_ended: bool,
    began: Instant,
    _place: OwnedSemaphorePermit,
}

pub(super) async fn events(app: App, Path(id): Path<String>) -> Result<Response, AppError> {
    let crawl: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    app.crawl(crawl).await?;
    let place = app.streams.place().ok_or(AppError::Busy)?;
    let watch =
        Watch { app, crawl, shown: None, has_ended: false, began: Instant::now(), _place: place };
    let stream = unfold(watch, |mut watch| async {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()).into_response())
}

impl Watch {
    /// The next event; none when the crawl has ended, the process ends or the store fails.
    async fn next(&mut self) -> Option<Event> {
        while !self.has_ended && self.began.elapsed() < LONGEST {
            if self.shown.is_some() && self.app.streams.stops_within(BETWEEN_LOOKS).await {
                return None;
            }
            match self.look().await {
                Ok(Some(event)) => return Some(event),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(crawl = self.crawl, %error, "An event stream ended early");
                    return None;
                }
            }
        }
        None
    }

    async fn look(&mut self) -> Result<Option<Event>, AppError> {
        let crawl = self.app.crawl(self.crawl).await?;
        if crawl.crawl.state != CrawlState::Running {
            self.has_ended = true;
            return Ok(Some(Event::default().event("ended").data("ended")));
        }
        let seen = Some((crawl, self.app.now().timestamp() / 60));
        if seen == self.shown {
            return Ok(None);
        }
        self.shown = seen;
        let Some((crawl, _)) = &self.shown else { return Ok(None) };
        let html = Live::read(&self.app, crawl).await?.html()?;
        Ok(Some(Event::default().event("live").data(html)))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use http_body_util::BodyExt as _;
    use store::testing::TestStore;
    use store::{CrawlCounts, CrawlId, CrawlKind, Trigger};
    use tower::ServiceExt as _;

    use super::*;
    use crate::app::Site;
    use crate::testing::{app, now, organization};

    async fn running(store: &TestStore) -> CrawlId {
        let acme = organization(store, "acme").await;
        store.begin_crawl(acme, CrawlKind::Full, Trigger::Person, now()).await.unwrap()
    }

    async fn watched(app: &Site, crawl: CrawlId) -> Response {
        let request = Request::get(format!("/crawls/{crawl}/events")).body(Body::empty()).unwrap();
        crate::router(app.clone()).oneshot(request).await.unwrap()
    }

    async fn next(body: &mut Body) -> Option<String> {
        let frame = body.frame().await?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_change_is_an_event_and_so_is_the_end() {
        let store = store::testing::store().await;
        let crawl = running(&store).await;
        let app = app(&store);
        let response = watched(&app, crawl).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut body = response.into_body();
        let first = next(&mut body).await.unwrap();
        assert!(first.starts_with("event: live\n") && first.contains("Listing the repositories"));
        let counts =
            CrawlCounts { repositories_to_read: 4, repositories_read: 1, ..Default::default() };
        store.crawl_progress(crawl, &counts).await.unwrap();
        assert!(next(&mut body).await.unwrap().contains("1 of 4"));
        store.fail_crawl(crawl, "no answer", now()).await.unwrap();
        assert!(next(&mut body).await.unwrap().starts_with("event: ended\n"));
        assert_eq!(next(&mut body).await, None);
    }

    #[tokio::test]
    async fn streams_end_when_the_process_does_and_their_number_is_bounded() {
        let store = store::testing::store().await;
        let crawl = running(&store).await;
        let app = app(&store);
        let mut bodies = Vec::new();
        loop {
            let response = watched(&app, crawl).await;
            if response.status() == StatusCode::SERVICE_UNAVAILABLE {
                break;
            }
            bodies.push(response.into_body());
        }
        assert_eq!(bodies.len(), crate::streams::MOST_STREAMS);
        let mut body = bodies.pop().unwrap();
        assert!(next(&mut body).await.is_some());
        app.streams.stop();
        assert_eq!(next(&mut body).await, None);
        assert_eq!(watched(&app, CrawlId(99)).await.status(), StatusCode::NOT_FOUND);
    }
}
