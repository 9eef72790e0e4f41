//! What a person waits for at a command line: past the queue, but never beside a crawl of
//! the same organization.

use std::time::Duration;

use store::{ClaimedJob, CrawlKind, JobKind, NewJob, Organization, PRIORITY_PERSON, Trigger};

use crate::context::Callback;
use crate::{CrawlError, Summary, Worker, rescore};

impl Worker {
    /// Crawls an organization now. It is tried once.
    ///
    /// # Errors
    /// One sentence for people.
    pub async fn crawl_at_once(
        &self,
        organization: &Organization,
        trigger: Trigger,
        callback: Callback<'_>,
    ) -> Result<Summary, CrawlError> {
        let crawl = async |job: &ClaimedJob| self.crawl(job, CrawlKind::Full, callback).await;
        self.at_once(organization, (JobKind::FullCrawl, trigger), crawl).await
    }

    /// Scores what is stored of an organization by the present catalogue, now. Gives how
    /// many repositories held anything older.
    ///
    /// # Errors
    /// One sentence for people.
    pub async fn rescore_at_once(
        &self,
        organization: &Organization,
        trigger: Trigger,
    ) -> Result<usize, CrawlError> {
        let rescore =
            async |job: &ClaimedJob| rescore::by_present_catalog(self, job.organization).await;
        self.at_once(organization, (JobKind::Rescore, trigger), rescore).await
    }

    async fn at_once<T>(
        &self,
        organization: &Organization,
        (kind, trigger): (JobKind, Trigger),
        work: impl AsyncFnOnce(&ClaimedJob) -> Result<T, CrawlError>,
    ) -> Result<T, CrawlError> {
        let new = NewJob {
            kind,
            organization: organization.id,
            trigger,
            priority: PRIORITY_PERSON,
            run_at: self.now(),
        };
        let running = || CrawlError::Running(organization.login.clone());
        let life = self.store.life().await?;
        let started = self.store.start_job(&new, self.holder(Some(&life)), self.now()).await?;
        let job = started.ok_or_else(running)?;
        let result = tokio::select! {
            done = work(&job) => done,
            () = self.lose(&job) => Err(running()),
        };
        let now = self.now();
        match &result {
            Ok(_) => self.store.finish_job(&job, now).await?,
            Err(error) => {
                self.store.fail_job(&job, &error.to_string(), Duration::ZERO, now).await?
            }
        };
        result
    }
}
