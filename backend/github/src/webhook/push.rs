//! Pushes: whether the default branch moved, and which files that touched.

use names::{RepoName, RepositoryId};
use serde::Deserialize;

use super::event::RawAccount;
use super::{Account, Delivery, Happened, NamedRepository, parsed};
use crate::GithubError;

/// GitHub lists no more commits of one push.
const MOST_COMMITS: usize = 2048;
/// GitHub lists no more files of one commit.
const MOST_FILES: usize = 3000;

/// A push to a repository's default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// Where.
    pub repository: NamedRepository,
    /// Which files it touched.
    pub paths: Paths,
}

/// Which files a push touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paths {
    /// These and no other.
    Listed(Vec<String>),
    /// Any file may have changed: the branch was made, removed or forced, or the list is cut.
    Any,
}

#[derive(Deserialize)]
struct PushEvent {
    #[serde(rename = "ref")]
    branch: String,
    #[serde(default)]
    created: bool,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    forced: bool,
    #[serde(default)]
    commits: Vec<Commit>,
    repository: Repository,
    organization: Option<RawAccount>,
}

#[derive(Deserialize)]
struct Commit {
    added: Option<Vec<String>>,
    removed: Option<Vec<String>>,
    modified: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Repository {
    id: i64,
    name: RepoName,
    owner: Option<RawAccount>,
    default_branch: Option<String>,
}

pub(super) fn read(json: &[u8]) -> Result<Delivery, GithubError> {
    let event: PushEvent = parsed(json)?;
    let happened =
        if is_default_branch(&event) { Happened::Pushed(push(event)?) } else { Happened::Nothing };
    Ok(Delivery { action: None, happened })
}

/// A branch may be the default one if the delivery does not say which one is.
fn is_default_branch(event: &PushEvent) -> bool {
    let branch = event.branch.strip_prefix("refs/heads/");
    branch.is_some_and(|it| event.repository.default_branch.as_ref().is_none_or(|own| own == it))
}

fn push(event: PushEvent) -> Result<Push, GithubError> {
    let paths = paths(&event);
    let owner = event.repository.owner.or(event.organization).ok_or_else(|| {
        GithubError::Malformed("the push names a repository without an owner".to_owned())
    })?;
    let owner: Account = owner.read()?;
    let Repository { id, name, .. } = event.repository;
    let id = RepositoryId(id);
    Ok(Push { repository: NamedRepository { owner, id, name, gone_reason: None }, paths })
}

fn paths(event: &PushEvent) -> Paths {
    let is_new = event.created || event.deleted || event.forced;
    let is_cut = event.commits.is_empty() || event.commits.len() >= MOST_COMMITS;
    if is_new || is_cut {
        return Paths::Any;
    }
    let mut paths = Vec::new();
    for commit in &event.commits {
        let (Some(added), Some(removed), Some(modified)) =
            (&commit.added, &commit.removed, &commit.modified)
        else {
            return Paths::Any;
        };
        if added.len() + removed.len() + modified.len() >= MOST_FILES {
            return Paths::Any;
        }
        paths.extend([added, removed, modified].into_iter().flatten().cloned());
    }
    Paths::Listed(paths)
}
