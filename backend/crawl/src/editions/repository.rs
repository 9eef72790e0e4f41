//! The catalogue's repository on GitHub: one look while it stands still, the blobs that
//! changed where they are few, else the whole archive.

use std::collections::HashMap;

use catalog::{Collection, Edition, FILE_LIMIT, Stale, read_archive};
use chrono::{DateTime, Utc};
use github::{Client, EntryKind, GithubError, TreeEntry, WantedBlob};
use names::{BlobSha, CommitSha, NameError, OrgLogin, RepoName};
use store::{ReadFrom, Store};

use super::{ReadCatalog, Standing, Successor, apart};
use crate::CrawlError;
use crate::context::{recall_budget, share_budget};

/// So many changed files are fetched one by one, a hundred for a point; with more an archive
/// is less work for everybody.
const FEW_FILES: usize = 1_000;

/// Which repository on GitHub is the catalogue's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogRepository {
    /// Its owner.
    pub owner: OrgLogin,
    /// Its name.
    pub name: RepoName,
}

impl std::fmt::Display for CatalogRepository {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.owner, self.name)
    }
}

impl std::str::FromStr for CatalogRepository {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (owner, name) = text.split_once('/').unwrap_or(("", text));
        Ok(Self { owner: owner.parse()?, name: name.parse()? })
    }
}

impl CatalogRepository {
    /// What the repository holds now as the successor of the store's present edition; none
    /// if nothing changed.
    ///
    /// # Errors
    /// GitHub does not answer, or what it has may not take the place of the present edition.
    pub async fn successor(
        &self,
        store: &Store,
        client: &Client,
        now: DateTime<Utc>,
    ) -> Result<Option<Successor>, CrawlError> {
        recall_budget(store, client, now).await?;
        let found = self.read(store, client, now).await;
        share_budget(store, client, now).await?;
        let (standing, read) = found?;
        let (kept, commit) = (standing.kept.as_ref().map(|it| it.id), read.commit.clone());
        let successor = standing.succeeded_by(read).await?;
        if let (None, Some(kept), Some(commit)) = (&successor, kept, commit) {
            store.confirm_edition(kept, &commit).await?;
        }
        Ok(successor)
    }

    async fn read(
        &self,
        store: &Store,
        client: &Client,
        now: DateTime<Utc>,
    ) -> Result<(Standing, ReadCatalog), CrawlError> {
        let standing = Standing::of(store).await?;
        let (place, head) = self.head(client).await?;
        let is_known = standing.kept.as_ref().is_some_and(|it| it.commit.as_ref() == Some(&head));
        let files = match &standing.edition {
            // What it says may mean something else today: a maintenance may have ended.
            Some(edition) if is_known => Collection::resume(edition),
            Some(edition) => place.files(client, edition, &head).await?,
            None => place.archive(client, &head).await?,
        };
        let short = head.as_str().get(..12).unwrap_or_default();
        let read = ReadCatalog {
            files,
            day: now.date_naive(),
            source: format!("{self} at {short}"),
            read_from: ReadFrom::Github,
            commit: Some(head),
        };
        Ok((standing, read))
    }

    /// Where the repository is now, and the head of its default branch.
    async fn head(&self, client: &Client) -> Result<(Self, CommitSha), CrawlError> {
        let look = client.looks(&self.owner, std::slice::from_ref(&self.name)).await?.pop();
        let look = look.flatten().ok_or(GithubError::NotFound)?;
        let head = look.repository.head.ok_or(GithubError::EmptyRepository)?;
        Ok((Self { owner: look.owner, name: look.repository.name }, head))
    }

    async fn archive(&self, client: &Client, head: &CommitSha) -> Result<Collection, CrawlError> {
        let archive = client.archive(&self.owner, &self.name, head).await?;
        Ok(apart(move || read_archive(archive.as_slice())).await?)
    }

    /// An edition's files brought to another commit.
    async fn files(
        &self,
        client: &Client,
        edition: &Edition,
        head: &CommitSha,
    ) -> Result<Collection, CrawlError> {
        let tree = client.tree(&self.owner, &self.name, head).await?;
        if let Some((_, error)) = tree.unread_directories.into_iter().next() {
            return Err(error.into());
        }
        let entries: HashMap<&str, &TreeEntry> =
            tree.entries.iter().filter(|it| is_file(it)).map(|it| (it.path.as_str(), it)).collect();
        let mut files = Collection::resume(edition);
        let listing = entries.iter().map(|(path, it)| (*path, it.sha.as_str()));
        let Stale { changed, gone } = files.stale(listing);
        if changed.len() > FEW_FILES {
            return self.archive(client, head).await;
        }
        gone.iter().for_each(|it| files.remove(it));
        let changed = changed.iter().filter_map(|it| entries.get(it.as_str()).copied());
        let (large, changed): (Vec<_>, Vec<_>) = changed.partition(|it| is_too_large(it));
        for entry in large {
            files.leave_out(entry.path.as_str(), "it is larger than any definition");
        }
        self.fetch(client, &changed, &mut files).await?;
        Ok(files)
    }

    /// Adds the contents of files. One that cannot be had is no reason to go on without it.
    async fn fetch(
        &self,
        client: &Client,
        changed: &[&TreeEntry],
        files: &mut Collection,
    ) -> Result<(), CrawlError> {
        let wanted: HashMap<&BlobSha, WantedBlob> = changed
            .iter()
            .map(|it| {
                let (repository, sha) = (self.name.clone(), it.sha.clone());
                (&it.sha, WantedBlob { repository, sha, size: it.size })
            })
            .collect();
        let wanted: Vec<WantedBlob> = wanted.into_values().collect();
        let mut contents = HashMap::new();
        for blob in client.blobs(&self.owner, &wanted).await? {
            contents.insert(blob.sha, blob.content?);
        }
        for entry in changed {
            let content = contents.get(&entry.sha).ok_or(GithubError::NotFound)?;
            files.add(entry.path.as_str(), content);
        }
        Ok(())
    }
}

fn is_file(entry: &TreeEntry) -> bool {
    match entry.kind {
        EntryKind::File | EntryKind::Executable => true,
        EntryKind::Symlink | EntryKind::Submodule => false,
    }
}

fn is_too_large(entry: &TreeEntry) -> bool {
    entry.size.is_some_and(|it| usize::try_from(it).is_ok_and(|it| it > FILE_LIMIT))
}
