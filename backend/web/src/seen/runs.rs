//! Crawls, queues and jobs, as far as the reader may know them: most of what they say is about
//! an organization as a whole.

use names::OrgLogin;
use store::read::crawls::{CrawlChoice, CrawlFailure, CrawlState, CrawlSummary, Which};
use store::read::failed_jobs::FailedJob;
use store::read::queues::OrganizationQueue;
use store::{JobId, OrganizationId, StoreError};

use crate::app::App;
use crate::error::AppError;
use crate::reader::Sight;

/// Which organizations the reader sees as a whole: none of their repositories on GitHub is hidden.
#[derive(Debug, Clone)]
pub(crate) enum Whole {
    /// All of them.
    All,
    /// Our own ids of some.
    Some(Vec<i64>),
}

/// A crawl. Its counts are of the whole organization: they are nothing where the reader sees
/// only some of it, and so is the reason for which it ended early, which may name what is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenCrawl {
    pub(crate) crawl: CrawlSummary,
    pub(crate) is_whole: bool,
}

impl Whole {
    pub(crate) fn has(&self, organization_id: i64) -> bool {
        match self {
            Self::All => true,
            Self::Some(ids) => ids.contains(&organization_id),
        }
    }

    fn seen(&self, crawls: Vec<CrawlSummary>) -> Vec<SeenCrawl> {
        let seen = |it: CrawlSummary| match self.has(it.organization_id) {
            true => SeenCrawl { crawl: it, is_whole: true },
            false => SeenCrawl { crawl: without_counts(it), is_whole: false },
        };
        crawls.into_iter().map(seen).collect()
    }
}

impl App {
    /// Which organizations the reader sees as a whole.
    pub(crate) async fn whole(&self) -> Result<Whole, StoreError> {
        match self.reader.sight {
            Sight::Everything => Ok(Whole::All),
            Sight::Only(_) => Ok(self.queues().await?.1),
        }
    }

    /// The crawls of the organizations that the reader sees, newest first, and how many there are.
    pub(crate) async fn crawls(
        &self,
        which: Which,
        (offset, limit): (i64, i64),
        whole: &Whole,
    ) -> Result<(Vec<SeenCrawl>, i64), StoreError> {
        let organizations = self.reader.sight.organizations();
        let choice = CrawlChoice { which, organizations: organizations.as_deref() };
        let crawls = self.store.crawls(choice, offset, limit).await?;
        let total = self.store.crawls_count(choice).await?;
        Ok((whole.seen(crawls), total))
    }

    /// The crawls of one organization, or of all that the reader sees, newest first, those
    /// older than one if it is given.
    pub(crate) async fn crawls_before(
        &self,
        org: Option<&OrgLogin>,
        which: Which,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<SeenCrawl>, AppError> {
        let organizations = match org {
            None => self.reader.sight.organizations(),
            Some(org) => match self.organization(org).await {
                Ok(header) => Some(vec![header.organization_id]),
                Err(AppError::NotFound) => Some(Vec::new()),
                Err(error) => return Err(error),
            },
        };
        let choice = CrawlChoice { which, organizations: organizations.as_deref() };
        let crawls = self.store.crawls_before(choice, before, limit).await?;
        Ok(self.whole().await?.seen(crawls))
    }

    /// One crawl, if the reader sees its organization.
    pub(crate) async fn crawl(&self, id: i64) -> Result<SeenCrawl, AppError> {
        let found = self.store.crawl(id).await?.ok_or(AppError::NotFound)?;
        if !self.reader.sight.has_some(OrganizationId(found.organization_id)) {
            return Err(AppError::NotFound);
        }
        self.whole().await?.seen(vec![found]).pop().ok_or(AppError::NotFound)
    }

    /// What failed inside a crawl, in repositories that the reader sees.
    pub(crate) async fn crawl_failures(
        &self,
        of: &SeenCrawl,
        limit: i64,
    ) -> Result<Vec<CrawlFailure>, StoreError> {
        let ids = self.reader.sight.of(OrganizationId(of.crawl.organization_id));
        self.store.crawl_failures(of.crawl.id, ids, limit).await
    }

    /// What waits and runs for the organizations that the reader sees, and which of these the
    /// reader sees as a whole.
    pub(crate) async fn queues(&self) -> Result<(Vec<OrganizationQueue>, Whole), StoreError> {
        let sight = &self.reader.sight;
        let (organizations, repositories) = (sight.organizations(), sight.repositories());
        let mut queues =
            self.store.queues(organizations.as_deref(), repositories.as_deref()).await?;
        // It may name what is hidden.
        queues.iter_mut().filter(|it| !it.is_whole).for_each(|it| it.queued_error = None);
        let whole = match sight {
            Sight::Everything => Whole::All,
            Sight::Only(_) => {
                let whole = queues.iter().filter(|it| it.is_whole);
                Whole::Some(whole.map(|it| it.organization_id).collect())
            }
        };
        Ok((queues, whole))
    }

    /// The jobs that were given up, of organizations that the reader sees as a whole: why they
    /// failed may name any repository.
    pub(crate) async fn failed_jobs(&self, whole: &Whole) -> Result<Vec<FailedJob>, StoreError> {
        self.store
            .failed_jobs(match whole {
                Whole::All => None,
                Whole::Some(ids) => Some(ids),
            })
            .await
    }

    /// Queues a failed job anew, if the reader is told of it.
    pub(crate) async fn retry_job(&self, id: JobId) -> Result<(), AppError> {
        let whole = self.whole().await?;
        let is_told = match whole {
            Whole::All => true,
            Whole::Some(_) => self.failed_jobs(&whole).await?.iter().any(|it| it.id == id),
        };
        if !is_told {
            return Err(AppError::NotFound);
        }
        let queued = self.store.retry_job(id, &self.reader.actor(), self.now()).await?;
        queued.map(|_| ()).ok_or(AppError::NotFound)
    }
}

fn without_counts(it: CrawlSummary) -> CrawlSummary {
    let state = match it.state {
        CrawlState::Failed(_) => CrawlState::Failed(String::new()),
        other @ (CrawlState::Running | CrawlState::Done) => other,
    };
    CrawlSummary {
        state,
        listed: 0,
        to_read: 0,
        read: 0,
        unchanged: 0,
        failed: 0,
        dockerfiles: 0,
        blobs_fetched: 0,
        rest_requests: 0,
        graphql_requests: 0,
        graphql_points: 0,
        ..it
    }
}
