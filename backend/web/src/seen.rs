//! What the store has, as far as the reader may see it. No handler asks the store for any of
//! this by itself: what is hidden from a reader is not there, in no list and at no address.

use names::{OrgLogin, RepoName};
use store::read::OrganizationHeader;
use store::read::campaigns::Campaign;
use store::read::crawls::{CrawlChoice, CrawlFailure, CrawlState, CrawlSummary, Which};
use store::read::failed_jobs::FailedJob;
use store::read::queues::OrganizationQueue;
use store::read::repository::Repository;
use store::read::saved_views::SavedView;
use store::read::snapshot::Snapshot;
use store::{CredentialCheck, JobId, Organization, OrganizationId, StoreError, ViewPage};

use crate::app::App;
use crate::error::AppError;
use crate::pages::dockerfiles;
use crate::part::Part;

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
}

impl App {
    /// An organization, if anything of it is there for the reader.
    pub(crate) async fn organization(
        &self,
        login: &OrgLogin,
    ) -> Result<OrganizationHeader, AppError> {
        let found = self.store.organization_header(login).await?;
        let has_some = |it: &OrganizationHeader| {
            self.reader.sight.has_some(OrganizationId(it.organization_id))
        };
        found.filter(has_some).ok_or(AppError::NotFound)
    }

    /// Every organization of which anything is there for the reader, by login.
    pub(crate) async fn organizations(&self) -> Result<Vec<OrganizationHeader>, StoreError> {
        let mut found = self.store.organization_headers().await?;
        found.retain(|it| self.reader.sight.has_some(OrganizationId(it.organization_id)));
        Ok(found)
    }

    /// An organization with its settings, if the reader sees it.
    pub(crate) async fn organization_settings(
        &self,
        login: &OrgLogin,
    ) -> Result<Organization, AppError> {
        let found = self.store.organization(login).await?;
        found.filter(|it| self.reader.sight.has_some(it.id)).ok_or(AppError::NotFound)
    }

    /// A repository by name, if the reader sees it.
    pub(crate) async fn repository(
        &self,
        owner: &OrgLogin,
        name: &RepoName,
    ) -> Result<Repository, AppError> {
        let found = self.store.repository(owner, name).await?;
        let is_seen = |it: &Repository| self.reader.sight.has(it.organization, it.id.0);
        found.filter(is_seen).ok_or(AppError::NotFound)
    }

    /// Which organizations the reader sees as a whole.
    pub(crate) async fn whole(&self) -> Result<Whole, StoreError> {
        let sight = &self.reader.sight;
        let (Some(organizations), Some(ids)) = (sight.organizations(), sight.repositories()) else {
            return Ok(Whole::All);
        };
        Ok(Whole::Some(self.store.organizations_within(&organizations, &ids).await?))
    }

    /// Refuses who sees only some of an organization what tells of all of it.
    pub(crate) async fn needs_whole(&self, header: &OrganizationHeader) -> Result<(), AppError> {
        let sees_it = self.whole().await?.has(header.organization_id);
        if sees_it { Ok(()) } else { Err(AppError::SeesSome) }
    }

    /// Refuses who does not see all of every organization what tells of all of them.
    pub(crate) async fn needs_everything(&self) -> Result<(), AppError> {
        let whole = self.whole().await?;
        let all = self.store.organization_headers().await?;
        let sees_all = all.iter().all(|it| whole.has(it.organization_id));
        if sees_all { Ok(()) } else { Err(AppError::SeesSome) }
    }

    /// The campaigns of an organization, without those whose filter names what is hidden.
    pub(crate) async fn campaigns(
        &self,
        header: &OrganizationHeader,
        snapshot: &Snapshot,
    ) -> Result<Vec<Campaign>, StoreError> {
        let mut campaigns = self.store.campaigns(header.organization_id).await?;
        campaigns.retain(|it| self.sees_part(&it.filter, header, snapshot));
        Ok(campaigns)
    }

    /// One campaign, unless its filter names what is hidden.
    pub(crate) async fn campaign(
        &self,
        header: &OrganizationHeader,
        id: i64,
    ) -> Result<Campaign, AppError> {
        let found = self.store.campaign(header.organization_id, id).await?;
        let found = found.ok_or(AppError::NotFound)?;
        let snapshot = self.snapshot(header).await?;
        let is_seen = self.sees_part(&found.filter, header, &snapshot);
        if is_seen { Ok(found) } else { Err(AppError::NotFound) }
    }

    /// The saved views of a table, without those whose filter names what is hidden.
    pub(crate) async fn saved_views(
        &self,
        header: &OrganizationHeader,
        page: ViewPage,
        snapshot: &Snapshot,
    ) -> Result<Vec<SavedView>, StoreError> {
        let mut views = self.store.saved_views(header.organization_id, page).await?;
        views.retain(|it| match page {
            ViewPage::Repositories => self.sees_part(&it.query, header, snapshot),
            ViewPage::Dockerfiles => self.sees_files(&it.query, header, snapshot),
        });
        Ok(views)
    }

    /// Whether nothing that is hidden is named by a query of repositories.
    fn sees_part(&self, query: &str, header: &OrganizationHeader, snapshot: &Snapshot) -> bool {
        let names_seen = |it: Part| snapshot.has_what_is_named_by(it.filter());
        snapshot.only.is_none()
            || Part::parse(query, &header.login, self.now()).is_ok_and(names_seen)
    }

    /// Whether nothing that is hidden is named by a query of Dockerfiles.
    fn sees_files(&self, query: &str, header: &OrganizationHeader, snapshot: &Snapshot) -> bool {
        let names_seen =
            |it: dockerfiles::Address| snapshot.has_what_is_named_among_dockerfiles_by(&it.filter);
        snapshot.only.is_none()
            || dockerfiles::Address::of_kept(query, header.login.clone()).is_ok_and(names_seen)
    }

    /// The crawls of the organizations that the reader sees, newest first, and how many there are.
    pub(crate) async fn crawls(
        &self,
        which: Which,
        (offset, limit): (i64, i64),
    ) -> Result<(Vec<SeenCrawl>, i64), StoreError> {
        let organizations = self.reader.sight.organizations();
        let choice = CrawlChoice { which, organizations: organizations.as_deref() };
        let crawls = self.store.crawls(choice, offset, limit).await?;
        let total = self.store.crawls_count(choice).await?;
        Ok((self.seen(crawls).await?, total))
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
        Ok(self.seen(crawls).await?)
    }

    /// One crawl, if the reader sees its organization.
    pub(crate) async fn crawl(&self, id: i64) -> Result<SeenCrawl, AppError> {
        let found = self.store.crawl(id).await?.ok_or(AppError::NotFound)?;
        if !self.reader.sight.has_some(OrganizationId(found.organization_id)) {
            return Err(AppError::NotFound);
        }
        self.seen(vec![found]).await?.pop().ok_or(AppError::NotFound)
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

    async fn seen(&self, crawls: Vec<CrawlSummary>) -> Result<Vec<SeenCrawl>, StoreError> {
        let whole = self.whole().await?;
        let seen = |it: CrawlSummary| match whole.has(it.organization_id) {
            true => SeenCrawl { crawl: it, is_whole: true },
            false => SeenCrawl { crawl: without_counts(it), is_whole: false },
        };
        Ok(crawls.into_iter().map(seen).collect())
    }

    /// What waits and runs for the organizations that the reader sees.
    pub(crate) async fn queues(&self, whole: &Whole) -> Result<Vec<OrganizationQueue>, StoreError> {
        let organizations = self.reader.sight.organizations();
        let mut queues = self.store.queues(organizations.as_deref()).await?;
        for queue in queues.iter_mut().filter(|it| !whole.has(it.organization_id)) {
            queue.queued_error = None;
        }
        Ok(queues)
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

    /// The organizations that the reader sees, each with what is known of its credential and
    /// whether a verdict is disputed in what the reader sees.
    pub(crate) async fn credentials(
        &self,
    ) -> Result<Vec<(Organization, Option<CredentialCheck>, bool)>, StoreError> {
        let mut checks = self.store.credential_checks().await?;
        let ids = self.reader.sight.repositories();
        let disputed = self.store.disputed_organizations(ids.as_deref()).await?;
        let mut organizations = self.store.organizations().await?;
        organizations.retain(|it| self.reader.sight.has_some(it.id));
        let with_check = |it: Organization| {
            let place = checks.iter().position(|(id, _)| *id == it.id);
            let check = place.map(|place| checks.swap_remove(place).1);
            let is_disputed = disputed.contains(&it.id);
            (it, check, is_disputed)
        };
        Ok(organizations.into_iter().map(with_check).collect())
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
