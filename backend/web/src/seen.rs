//! What the store has, as far as the reader may see it. No handler asks the store for any of
//! this by itself: what is hidden from a reader is not there, in no list and at no address.

mod runs;

use names::{OrgLogin, RepoName};
use store::read::OrganizationHeader;
use store::read::campaigns::Campaign;
use store::read::repository::Repository;
use store::read::saved_views::SavedView;
use store::read::snapshot::Snapshot;
use store::{CredentialCheck, Organization, OrganizationId, StoreError, ViewPage};

pub(crate) use self::runs::SeenCrawl;
use crate::app::App;
use crate::error::AppError;
use crate::pages::dockerfiles;
use crate::part::Part;

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
