//! The past of files: the commits that touched each since a moment, and what stood at its
//! path after each of them.
//!
//! `file(path:)` names the blob beside its commit, so that no second question is asked for
//! it, and the last commit until the moment tells how the past begins. Two connections a
//! file make fifty files one point; more commits than a page holds cost one more each.

mod answer;
mod query;

use chrono::{DateTime, Utc};
use names::{BlobSha, CommitSha, FilePath, OrgLogin, RepoName};

use crate::GithubError;
use crate::client::Client;
use crate::graphql::{Partial, Query};
use crate::history::answer::{Answer, Told};
use crate::history::query::{Page, histories, variables};
use crate::objects::Found;
use crate::transport::{ATTEMPTS, Failure};

pub(crate) use query::example;

/// No file is told more commits of than about this many; the oldest are left out.
const MOST_COMMITS: usize = 2_000;

/// A file on the default branch of a repository, and since when its past is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedHistory {
    /// The repository.
    pub repository: RepoName,
    /// The file's path; what it was called before is not followed.
    pub path: FilePath,
    /// The beginning.
    pub since: DateTime<Utc>,
}

/// One commit that touched a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileVersion {
    /// The commit.
    pub commit: CommitSha,
    /// When it was committed.
    pub committed_at: DateTime<Utc>,
    /// What stood at the path after it.
    pub standing: Standing,
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing, or a directory.
    Nothing,
    /// Something that is no plain file: a link or a submodule.
    Other,
    /// A file.
    File {
        /// Its content.
        blob: BlobSha,
        /// Its size in bytes.
        size: u64,
    },
}

/// The versions of one file, oldest first. The first one may be older than the beginning:
/// it is what stood there then.
pub type FileHistory = Vec<FileVersion>;

impl Client {
    /// The past of files, in the order they were asked for; put those of one repository
    /// side by side. `None` where the repository has no branch.
    ///
    /// # Errors
    /// If nothing at all could be asked, or the budget is used up.
    pub async fn file_histories(
        &self,
        owner: &OrgLogin,
        wanted: &[WantedHistory],
    ) -> Result<Vec<Found<FileHistory>>, GithubError> {
        let first = wanted.iter().map(|of| Page { of, after: None });
        let mut pages: Vec<(usize, Page<'_>)> = first.enumerate().collect();
        let mut found: Vec<Found<Told>> = wanted.iter().map(|_| Ok(None)).collect();
        while !pages.is_empty() {
            let told = self.pages(owner, &pages).await?;
            let mut rest = Vec::new();
            for ((place, page), told) in pages.into_iter().zip(told) {
                let Some(slot) = found.get_mut(place) else { continue };
                if let Some(after) = extend(slot, told) {
                    rest.push((place, Page { of: page.of, after: Some(after) }));
                }
            }
            pages = rest;
        }
        Ok(found.into_iter().map(|it| it.map(|told| told.map(Told::in_order))).collect())
    }

    /// One page of each file, as many a query as GitHub bears. What could not be had for a
    /// passing reason is asked for again.
    async fn pages(
        &self,
        owner: &OrgLogin,
        pages: &[(usize, Page<'_>)],
    ) -> Result<Vec<Found<Told>>, GithubError> {
        let sizes = &self.shared.sizes.histories;
        let (mut told, mut attempt) = (Vec::with_capacity(pages.len()), 1);
        while let Some(rest) = pages.get(told.len()..).filter(|it| !it.is_empty()) {
            let batch: Vec<&Page<'_>> = rest.iter().map(|it| &it.1).take(sizes.get()).collect();
            match self.page(owner, &batch).await {
                Ok(found) if attempt < ATTEMPTS && found.iter().any(is_passing) => attempt += 1,
                Ok(found) => {
                    attempt = 1;
                    sizes.succeed();
                    told.extend(found);
                }
                Err(Failure::Heavy(_)) => sizes.shrink(batch.len()),
                // A single file that is too much for GitHub must not keep the others back.
                Err(Failure::Passing(why)) if batch.len() == 1 => {
                    told.push(Err(GithubError::Unreachable(why)));
                }
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(told)
    }

    async fn page(
        &self,
        owner: &OrgLogin,
        batch: &[&Page<'_>],
    ) -> Result<Vec<Found<Told>>, Failure> {
        let text = histories(owner, batch);
        let can_shrink = batch.len() > 1;
        let query = Query { text: &text, variables: variables(batch), can_shrink };
        let Partial { data, errors }: Partial<Answer> = self.query(&query).await?;
        Ok(data.told(batch, &errors))
    }
}

fn is_passing<T>(found: &Found<T>) -> bool {
    found.as_ref().is_err_and(GithubError::is_passing)
}

/// Adds a page to what is known of a file, and says where the next one begins.
fn extend(known: &mut Found<Told>, page: Found<Told>) -> Option<String> {
    let next = page.as_ref().ok().and_then(|it| it.as_ref()?.next.clone());
    match (&mut *known, page) {
        (Ok(Some(known)), Ok(Some(page))) => known.versions.extend(page.versions),
        // A past that ends in the middle would be a wrong one.
        (known, page) => *known = page,
    }
    let count = known.as_ref().ok().and_then(Option::as_ref).map_or(0, |it| it.versions.len());
    next.filter(|_| count < MOST_COMMITS)
}
