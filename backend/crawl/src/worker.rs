//! A worker: turns schedules into jobs, claims jobs, crawls, and renews its leases.
//! Any number of workers in any number of processes share one database.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use github::{Client, GithubError};
use names::OrgLogin;
use store::{
    ClaimedJob, CrawlKind, Holder, JobKind, JobWakeups, Life, Organization, Store, StoreError,
    backoff,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::context::{Callback, Clock};
use crate::expiry::Expiry;
use crate::run::crawl_of_job;
use crate::{
    Backfill, CatalogSource, CrawlError, PresentCatalog, Request, Schedule, Summary, history,
    rescore,
};

/// Leases are renewed so often before they run out.
const HEARTBEATS_A_LEASE: u32 = 4;
/// Jobs that one process runs at once, each of another organization: a crawl that waits
/// for its budget must not hold up those with another credential.
const SLOTS: usize = 8;
/// How late a schedule or a job may be noticed when no notification comes.
const BETWEEN_LOOKS: Duration = Duration::from_secs(10);

/// Gives the client of an organization, or none while it has no credential.
pub type Clients = Arc<dyn Fn(&OrgLogin) -> Option<Client> + Send + Sync>;

/// Crawls what is due until it is told to stop.
#[derive(Clone)]
pub struct Worker {
    /// Where the jobs are.
    pub store: Store,
    /// A name no other worker has; the lease is held under it.
    pub name: String,
    /// The clients.
    pub clients: Clients,
    /// How long the worker may be silent before another one takes its jobs.
    pub lease: Duration,
    /// How the history before the first crawl is read.
    pub backfill: Backfill,
    /// The catalogue to score by.
    pub catalog: PresentCatalog,
    /// Where the catalogue is read; none leaves it as it is.
    pub catalog_source: Option<CatalogSource>,
    /// The present time.
    pub clock: Clock,
}

/// What became of a claimed job.
enum Outcome {
    Done(Result<(), CrawlError>),
    /// Another worker has it by now.
    Lost,
    /// The process ends.
    Stopped,
}

impl Worker {
    /// Works until `stop`, and keeps the catalogue up to date meanwhile. A database that is
    /// away for a while is waited for; the crawls that run are given back, so that another
    /// worker or the next start goes on.
    pub async fn run(&self, stop: &CancellationToken) {
        tokio::join!(self.work(stop), self.keep_catalog(stop));
    }

    async fn work(&self, stop: &CancellationToken) {
        let mut wakeups: Option<JobWakeups> = None;
        let mut life: Option<Life> = None;
        // Each job is a task of its own: it may hold the queue's lock, which this loop waits for
        // when it claims the next, and would not be driven meanwhile.
        let mut running = JoinSet::new();
        let mut expiry = Expiry::default();
        while !stop.is_cancelled() {
            if wakeups.is_none() {
                wakeups = self.store.job_wakeups().await.ok();
                life = self.store.life().await.ok();
            }
            expiry.look(&self.store, self.now()).await;
            match self.claim_all(SLOTS - running.len(), life.as_ref()).await {
                Ok(jobs) => jobs.into_iter().for_each(|it| {
                    running.spawn(self.clone().hold(it, stop.clone()));
                }),
                Err(error) => {
                    tracing::error!(%error, "A worker could not reach its jobs");
                    wakeups = None;
                }
            }
            let pause = async {
                match wakeups.as_mut() {
                    Some(wakeups) => wakeups.wait(BETWEEN_LOOKS).await,
                    None => tokio::time::sleep(BETWEEN_LOOKS).await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                Some(_) = running.join_next() => {}
                () = pause, if running.len() < SLOTS => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Queues what is due, and claims as many jobs as there are, up to `free`.
    async fn claim_all(
        &self,
        free: usize,
        life: Option<&Life>,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        self.queue_due().await?;
        let mut jobs = Vec::new();
        while jobs.len() < free {
            match self.store.claim_job(self.holder(life), self.now()).await? {
                Some(job) => jobs.push(job),
                None => break,
            }
        }
        Ok(jobs)
    }

    pub(crate) fn holder<'a>(&'a self, life: Option<&'a Life>) -> Holder<'a> {
        Holder { name: &self.name, lease: self.lease, life }
    }

    /// Runs a job to its end, whatever happens inside it.
    async fn hold(self, job: ClaimedJob, stop: CancellationToken) {
        match AssertUnwindSafe(self.hold_once(&job, &stop)).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "The end of a job could not be written down"),
            // Its lease runs out, and it is tried again until its last attempt.
            Err(_) => {
                tracing::error!(job = %job.id, "A job took down its worker, which goes on without it")
            }
        }
    }

    async fn hold_once(
        &self,
        job: &ClaimedJob,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        let outcome = tokio::select! {
            done = self.perform(job) => Outcome::Done(done),
            () = self.lose(job) => Outcome::Lost,
            () = stop.cancelled() => Outcome::Stopped,
        };
        self.settle(job, outcome).await
    }

    /// Queues what is due, and runs one job if there is one; true if there was.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn work_once(&self, stop: &CancellationToken) -> Result<bool, StoreError> {
        let Some(job) = self.claim_all(1, None).await?.pop() else { return Ok(false) };
        self.hold_once(&job, stop).await?;
        Ok(true)
    }

    /// Queues a job for every schedule that fell due. One that was missed while nobody
    /// was running is caught up once.
    async fn queue_due(&self) -> Result<(), StoreError> {
        let now = self.now();
        let next = |it: &store::Schedule| match Schedule::parse(&it.cron, &it.time_zone) {
            Ok(schedule) => schedule.next_after(now),
            Err(error) => {
                tracing::error!(%error, "An organization has a schedule that cannot be read");
                None
            }
        };
        self.store.run_due_schedules(now, &next).await?;
        Ok(())
    }

    async fn perform(&self, job: &ClaimedJob) -> Result<(), CrawlError> {
        match job.kind {
            JobKind::FullCrawl => self.crawl(job, CrawlKind::Full, &|_| {}).await.map(drop),
            JobKind::ListingCrawl => self.crawl(job, CrawlKind::Listing, &|_| {}).await.map(drop),
            JobKind::TouchedCrawl => self.crawl(job, CrawlKind::Touched, &|_| {}).await.map(drop),
            JobKind::History => {
                let (organization, client) = self.subject(job).await?;
                history::read(self, &organization, &client).await
            }
            JobKind::Rescore => rescore::by_present_catalog(self, job.organization).await.map(drop),
        }
    }

    pub(crate) async fn crawl(
        &self,
        job: &ClaimedJob,
        kind: CrawlKind,
        callback: Callback<'_>,
    ) -> Result<Summary, CrawlError> {
        let (Organization { login, .. }, client) = self.subject(job).await?;
        self.catalog.follow(&self.store).await?;
        let (trigger, catalog) = (job.trigger, self.catalog.now());
        let request = Request { organization: &login, kind, trigger, catalog: &catalog };
        let summary = crawl_of_job(self, &client, &request, job.id, callback).await?;
        history::queue_if_needed(self, job.organization).await;
        Ok(summary)
    }

    /// The organization of a job, and the client that may see it.
    async fn subject(&self, job: &ClaimedJob) -> Result<(Organization, Client), CrawlError> {
        let organization = self.store.organization_of(job.organization).await?;
        let organization = organization.ok_or(StoreError::Corrupt(format!(
            "a job of the organization {}, which is not there",
            job.organization
        )))?;
        let login = &organization.login;
        let client =
            (self.clients)(login).ok_or_else(|| CrawlError::NoCredential(login.clone()))?;
        Ok((organization, client))
    }

    /// Renews the lease for as long as it is ours; ends when it is not any more.
    pub(crate) async fn lose(&self, job: &ClaimedJob) {
        loop {
            tokio::time::sleep(self.lease / HEARTBEATS_A_LEASE).await;
            match self.store.heartbeat(job, self.lease, self.now()).await {
                Ok(true) => {}
                Ok(false) => return,
                // It may be back before the lease runs out.
                Err(error) => tracing::warn!(%error, "Could not renew the lease of a job"),
            }
        }
    }

    async fn settle(&self, job: &ClaimedJob, outcome: Outcome) -> Result<(), StoreError> {
        let now = self.now();
        let is_ours = match outcome {
            Outcome::Done(Ok(())) => self.store.finish_job(job, now).await?,
            Outcome::Done(Err(error)) => self.retry(job, &error).await?,
            Outcome::Stopped => {
                let reason = "its process ended; the next one goes on";
                self.store.postpone_job(job, reason, now, now).await?
            }
            Outcome::Lost => false,
        };
        if !is_ours {
            tracing::warn!(job = %job.id, "A job was taken over by another worker");
        }
        Ok(())
    }

    /// Puts a failed job back: until the budget returns if that is the reason, for a
    /// while otherwise. Its last attempt fails it.
    async fn retry(&self, job: &ClaimedJob, error: &CrawlError) -> Result<bool, StoreError> {
        let now = self.now();
        let reason = error.to_string();
        match error {
            CrawlError::Github(GithubError::RateLimited { wait, .. }) => {
                self.store.postpone_job(job, &reason, later(now, *wait), now).await
            }
            _ => {
                let jitter = f64::from(now.timestamp_subsec_millis()) / 1000.0;
                self.store.fail_job(job, &reason, backoff(job.attempt, jitter), now).await
            }
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }
}

fn later(now: DateTime<Utc>, wait: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(wait).ok().and_then(|it| now.checked_add_signed(it)).unwrap_or(now)
}
