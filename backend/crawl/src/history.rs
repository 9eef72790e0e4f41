//! The history before the first crawl, from the commits that touched each Dockerfile.
//!
//! Read at the lowest priority and within a share of the budget: when that is used up the
//! job waits for the next hour and goes on where it stopped, since what was read is kept
//! group by group. The past shows once all of it is read, so that no repository joins it late.

mod contents;
mod versions;

use std::sync::Arc;

use checklist::{Catalog, Policy};
use chrono::NaiveTime;
use github::{Client, GithubError, WantedHistory};
use store::{
    EngineVersion, FileWithoutHistory, HistoryKey, Organization, OrganizationId, ReadHistory,
    StoreError,
};

use crate::contents::score;
use crate::context::{recall_budget, share_budget};
use crate::history::contents::provide;
use crate::history::versions::{Reading, reading};
use crate::rescore::unscored_blob;
use crate::{CrawlError, Worker, engine_version};

/// Files whose past is read together: four queries. A job that is killed loses at most these.
const GROUP: i64 = 200;
/// Contents scored anew together.
const RESCORED: i64 = 200;

/// How far back a worker reads the history before the first crawl, and at what price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backfill {
    /// How much of GitHub's hourly budget it may use, in percent; none switches it off.
    pub share: u8,
    /// How many months it reads before the first crawl; none switches it off.
    pub months: u16,
}

impl Backfill {
    const fn is_on(self) -> bool {
        self.share > 0 && self.months > 0
    }
}

/// One run of the back-fill.
struct Past<'a> {
    worker: &'a Worker,
    organization: &'a Organization,
    client: Client,
    catalog: Arc<Catalog>,
    version: EngineVersion,
    /// The organization's; a repository with its own is scored anew at the end.
    policy: Policy,
}

/// Queues the back-fill of an organization if anything of its past is left to read or to
/// reckon. That it could not be queued does not fail a crawl.
pub(crate) async fn queue_if_needed(worker: &Worker, organization: OrganizationId) {
    if !worker.backfill.is_on() {
        return;
    }
    let (store, now) = (&worker.store, (worker.clock)());
    let version = engine_version(&worker.catalog.now());
    if let Err(error) = store.queue_history_if_needed(organization, &version, now).await {
        tracing::warn!(%error, "Could not queue the reading of an organization's history");
    }
}

/// Reads the history of an organization's Dockerfiles, as far as it is not read yet.
pub(crate) async fn read(
    worker: &Worker,
    organization: &Organization,
    client: &Client,
) -> Result<(), CrawlError> {
    if !worker.backfill.is_on() {
        return Ok(());
    }
    let client = client.within(worker.backfill.share).counted_apart();
    let catalog = worker.catalog.now();
    let version = engine_version(&catalog);
    let hardened_prefixes = organization.hardened_prefixes.clone();
    let policy = Policy { hardened_prefixes, target: None };
    let past = Past { worker, organization, client, catalog, version, policy };
    recall_budget(&worker.store, &past.client, (worker.clock)()).await?;
    let read = past.read_all().await;
    share_budget(&worker.store, &past.client, (worker.clock)()).await?;
    let unread = read?;
    past.score_anew().await?;
    worker.store.reckon_past(organization.id, &past.version, (worker.clock)()).await?;
    let spent = past.client.spent();
    tracing::info!(
        organization = %organization.login,
        graphql_points = spent.graphql_points,
        rest_requests = spent.rest_requests,
        "Read the history of `{}`", organization.login
    );
    // What failed for a passing reason is left for another attempt.
    unread.map_or(Ok(()), |error| Err(error.into()))
}

impl Past<'_> {
    /// Reads what is left; gives why some of it could not be read this time.
    async fn read_all(&self) -> Result<Option<GithubError>, CrawlError> {
        let Worker { store, backfill, .. } = self.worker;
        let mut after = HistoryKey::default();
        let mut unread = None;
        loop {
            let id = self.organization.id;
            let files = store.files_without_history(id, after, backfill.months, GROUP).await?;
            let Some(last) = files.last() else { return Ok(unread) };
            after = last.key;
            unread = self.read_group(&files).await?.or(unread);
        }
    }

    async fn read_group(
        &self,
        files: &[FileWithoutHistory],
    ) -> Result<Option<GithubError>, CrawlError> {
        let wanted: Vec<WantedHistory> = files.iter().map(wanted).collect();
        let found = self.client.file_histories(&self.organization.login, &wanted).await?;
        let mut readings = Vec::with_capacity(files.len());
        let mut unread = None;
        for (file, found) in files.iter().zip(found) {
            match found {
                Err(error) if error.is_passing() => unread = Some(error),
                found => readings.push(reading(file, found)),
            }
        }
        let unavailable = provide(self, &readings).await?;
        let mut read: Vec<ReadHistory> = Vec::with_capacity(readings.len());
        for Reading { history, blobs } in readings {
            let mut refusals = blobs.iter().filter_map(|it| unavailable.get(&it.sha));
            match refusals.find(|it| it.is_passing()) {
                Some(error) => unread = Some(error.clone()),
                None => read.push(history),
            }
        }
        self.worker.store.save_history(self.organization.id, &read, (self.worker.clock)()).await?;
        Ok(unread)
    }

    /// Scores the contents of past versions that no report of the present rules speaks about.
    async fn score_anew(&self) -> Result<(), StoreError> {
        let Worker { store, clock, .. } = self.worker;
        loop {
            let id = self.organization.id;
            let unscored = store.unscored_versions(id, &self.version, RESCORED).await?;
            if unscored.is_empty() {
                return Ok(());
            }
            let unscored = unscored.into_iter().map(unscored_blob).collect();
            let reports = score(&self.catalog, unscored).await;
            store.save_reports(&reports, &self.version, clock()).await?;
        }
    }
}

fn wanted(file: &FileWithoutHistory) -> WantedHistory {
    let since = file.since.and_time(NaiveTime::MIN).and_utc();
    WantedHistory { repository: file.repository.clone(), path: file.path.clone(), since }
}
