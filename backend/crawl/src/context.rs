//! What every step of one crawl needs, and what the crawl tells about itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use checklist::{Catalog, Policy};
use chrono::{DateTime, Utc};
use github::{Client, GithubError, Spent};
use store::{
    CrawlBudget, CrawlCounts, CrawlFailure, CrawlId, EngineVersion, JobId, Organization, Store,
    StoreError,
};
use tokio::time::Instant;

/// Tells the present time. Only `drydock` and tests make one.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How often a running crawl writes its counts down.
const BETWEEN_SAVES: Duration = Duration::from_millis(400);
/// A budget comes back within the hour; who is told to wait longer is not wanted.
const LONGEST_WAIT: Duration = Duration::from_secs(2 * 60 * 60);
/// So often in a row is one request refused before the crawl gives up.
const MOST_WAITS: u32 = 24;

/// How far a crawl is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// What it counted so far.
    pub counts: CrawlCounts,
    /// What it waits for; none while it works.
    pub waiting: Option<Waiting>,
    /// What it spent on GitHub so far, and what is left.
    pub spent: Spent,
}

/// What a crawl waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// In words.
    pub reason: String,
    /// Until when; none if GitHub did not say.
    pub until: Option<DateTime<Utc>>,
}

/// Told about every step of a crawl.
pub(crate) type Callback<'a> = &'a (dyn Fn(&Progress) + Send + Sync);

/// One crawl, from its beginning to its end.
pub(crate) struct Context<'a> {
    pub(crate) store: &'a Store,
    pub(crate) client: Client,
    pub(crate) clock: &'a Clock,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) version: EngineVersion,
    pub(crate) organization: Organization,
    pub(crate) crawl: CrawlId,
    /// The job whose crawl this is.
    pub(crate) job: Option<JobId>,
    pub(crate) callback: Callback<'a>,
    pub(crate) tally: Mutex<Tally>,
}

/// What changes while a crawl runs.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    progress: Progress,
    saved_at: Option<Instant>,
    has_come_on: bool,
}

impl Context<'_> {
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// By what contents are scored where a repository says nothing of its own.
    pub(crate) fn policy(&self) -> Policy {
        Policy { hardened_prefixes: self.organization.hardened_prefixes.clone(), target: None }
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
        if is_due { self.save().await } else { Ok(()) }
    }

    /// Tells the crawl's job that something was saved for good.
    pub(crate) async fn come_on(&self) -> Result<(), StoreError> {
        let is_first = !std::mem::replace(&mut self.tally().has_come_on, true);
        match self.job {
            Some(job) if is_first => self.store.came_on(job).await,
            Some(_) | None => Ok(()),
        }
    }

    /// Writes down how far the crawl is, and what is known of the budget.
    pub(crate) async fn save(&self) -> Result<(), StoreError> {
        self.store.crawl_progress(self.crawl, &self.counts()).await?;
        self.save_budget().await
    }

    /// Writes down what is left of the budget: for people, and for the next process.
    pub(crate) async fn save_budget(&self) -> Result<(), StoreError> {
        let spent = self.client.spent();
        let waiting = self.tally().progress.waiting.clone();
        let budget = CrawlBudget {
            waiting_until: waiting.as_ref().and_then(|it| it.until),
            waiting_for: waiting.map(|it| it.reason),
            rest_left: spent.rest_left,
            graphql_left: spent.graphql_left,
            resets_at: spent.resets_at,
        };
        self.store.crawl_budget(self.crawl, &budget).await?;
        share_budget(self.store, &self.client, self.now()).await
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

    /// Waits until GitHub may be asked again, and says so meanwhile.
    async fn wait(&self, error: &GithubError, wait: Duration) {
        let until = match error {
            GithubError::RateLimited { until, .. } => *until,
            _ => None,
        };
        let reason = error.to_string();
        let waiting = Some(Waiting { reason, until });
        let is_news = {
            let mut tally = self.tally();
            let is_news = tally.progress.waiting != waiting;
            tally.progress.waiting = waiting;
            is_news
        };
        self.tell();
        if is_news {
            tracing::info!(crawl = %self.crawl, %error, "A crawl waits for GitHub's budget");
            self.save_or_log().await;
        }
        tokio::time::sleep(wait).await;
        if self.tally().progress.waiting.take().is_some() {
            self.save_or_log().await;
        }
    }

    async fn save_or_log(&self) {
        if let Err(error) = self.save().await {
            tracing::warn!(%error, "Could not write down how far a crawl is");
        }
    }

    fn tell(&self) {
        let waiting = self.tally().progress.waiting.clone();
        (self.callback)(&Progress { counts: self.counts(), waiting, spent: self.client.spent() });
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What another process was told, this one must not learn by being refused.
pub(crate) async fn recall_budget(
    store: &Store,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if let Some(told) = store.budget(&client.identity()).await? {
        client.recall(&told, now);
    }
    Ok(())
}

/// Learns what other processes were told of a client's budget, and tells them what this
/// one was.
pub(crate) async fn share_budget(
    store: &Store,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let identity = client.identity();
    if let Some(told) = store.budget(&identity).await? {
        client.learn(&told, now);
    }
    store.save_budget(&identity, &client.remember(), now).await
}
