//! What every step of one crawl needs, and what the crawl tells about itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use checklist::Catalog;
use chrono::{DateTime, Utc};
use github::{Client, GithubError};
use store::{CrawlCounts, CrawlFailure, CrawlId, EngineVersion, Organization, Store, StoreError};
use tokio::time::Instant;

/// Tells the present time. Only `drydock` and tests make one.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How often a running crawl writes its counts down.
const BETWEEN_SAVES: Duration = Duration::from_millis(400);
/// A budget that comes back later than this ends the crawl; the schedule goes on.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
const MOST_WAITS: u32 = 6;

/// How far a crawl is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// What it counted so far.
    pub counts: CrawlCounts,
    /// What it waits for, in words; none while it works.
    pub waiting: Option<String>,
}

/// Told about every step of a crawl.
pub(crate) type Callback<'a> = &'a (dyn Fn(&Progress) + Send + Sync);

/// One crawl, from its beginning to its end.
pub(crate) struct Context<'a> {
    pub(crate) store: &'a Store,
    pub(crate) client: Client,
    pub(crate) clock: &'a Clock,
    pub(crate) catalog: &'static Catalog,
    pub(crate) version: EngineVersion,
    pub(crate) organization: Organization,
    pub(crate) crawl: CrawlId,
    pub(crate) callback: Callback<'a>,
    pub(crate) tally: Mutex<Tally>,
}

/// What changes while a crawl runs.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    progress: Progress,
    saved_at: Option<Instant>,
}

impl Context<'_> {
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The counts so far, with what was spent on GitHub.
    pub(crate) fn counts(&self) -> CrawlCounts {
        let spent = self.client.spent();
        let count = |it: i64| u32::try_from(it).unwrap_or_default();
        CrawlCounts {
            rest_requests: count(spent.rest_requests),
            graphql_requests: count(spent.graphql_requests),
            graphql_points: count(spent.graphql_points),
            ..self.tally().progress.counts
        }
    }

    /// Counts a step, tells the listener, and writes the counts down now and then.
    pub(crate) async fn count(
        &self,
        step: impl FnOnce(&mut CrawlCounts),
    ) -> Result<(), StoreError> {
        let is_due = {
            let mut tally = self.tally();
            step(&mut tally.progress.counts);
            let is_due = tally.saved_at.is_none_or(|it| it.elapsed() >= BETWEEN_SAVES);
            if is_due {
                tally.saved_at = Some(Instant::now());
            }
            is_due
        };
        self.tell();
        if is_due {
            self.store.crawl_progress(self.crawl, &self.counts()).await?;
        }
        Ok(())
    }

    /// Notes what went wrong while the crawl goes on.
    pub(crate) async fn record(&self, failure: CrawlFailure) -> Result<(), StoreError> {
        tracing::warn!(
            crawl = %self.crawl,
            repository = failure.repository.map(|it| it.0),
            reason = %failure.reason,
            "Left something out of a crawl"
        );
        self.store.record_failure(self.crawl, &failure).await
    }

    /// Asks GitHub, and waits where the budget comes back soon.
    pub(crate) async fn patiently<T, F>(&self, ask: impl Fn() -> F) -> Result<T, GithubError>
    where
        F: Future<Output = Result<T, GithubError>>,
    {
        let mut waits = 0;
        loop {
            match ask().await {
                Err(error @ GithubError::RateLimited { wait, .. })
                    if wait <= LONGEST_WAIT && waits < MOST_WAITS =>
                {
                    waits += 1;
                    self.wait(&error, wait).await;
                }
                other => return other,
            }
        }
    }

    async fn wait(&self, error: &GithubError, wait: Duration) {
        let reason = format!("{error}; the crawl waits and goes on then");
        let is_news = {
            let mut tally = self.tally();
            let is_news = tally.progress.waiting.as_ref() != Some(&reason);
            tally.progress.waiting = Some(reason.clone());
            is_news
        };
        self.tell();
        if is_news {
            let failure = CrawlFailure { repository: None, path: None, reason };
            if let Err(error) = self.record(failure).await {
                tracing::warn!(%error, "Could not write down that a crawl waits");
            }
        }
        tokio::time::sleep(wait).await;
        self.tally().progress.waiting = None;
    }

    fn tell(&self) {
        let waiting = self.tally().progress.waiting.clone();
        (self.callback)(&Progress { counts: self.counts(), waiting });
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
