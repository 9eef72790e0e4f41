//! A repository's files: one recursive answer, or its directories where that one is cut.

use names::{BlobSha, CommitSha, FilePath, OrgLogin, RepoName, TreeSha};
use serde::Deserialize;

use crate::GithubError;
use crate::client::Client;
use crate::directories::{Directory, Entry, What};
use crate::queries::Lookup;

/// GitHub cuts recursive answers at 7 MB of entries; the addresses in them come on top.
const ANSWER_LIMIT: usize = 64_000_000;

/// What a tree's entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A file that may be executed.
    Executable,
    /// A symbolic link; its blob holds the target.
    Symlink,
    /// Another repository's commit.
    Submodule,
}

/// A file in a tree. Directories are only the paths of their files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Where it lies.
    pub path: FilePath,
    /// What it is.
    pub kind: EntryKind,
    /// The id of its content. A submodule's is a commit of the other repository.
    pub sha: BlobSha,
    /// Its size; a submodule has none.
    pub size: Option<u64>,
}

/// All files of a repository at one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// What GitHub calls the tree; asked by a commit, it may be that commit's sha.
    pub sha: TreeSha,
    /// The files, at any depth.
    pub entries: Vec<TreeEntry>,
    /// Directories that could not be read, each with the reason.
    pub unread_directories: Vec<(String, GithubError)>,
}

#[derive(Deserialize)]
struct RawTree {
    sha: TreeSha,
    tree: Vec<RawEntry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct RawEntry {
    path: String,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    sha: String,
    size: Option<u64>,
}

impl Client {
    /// Every file of a repository at a commit. Where GitHub cuts the recursive answer
    /// (100,000 entries or 7 MB), its directories are opened level by level, many a query,
    /// so that nothing is lost; a directory that cannot be had is named.
    ///
    /// # Errors
    /// `EmptyRepository`, `NotFound`, `Unavailable`, `Forbidden` of the repository, and
    /// whatever stops everything.
    pub async fn tree(
        &self,
        owner: &OrgLogin,
        repository: &RepoName,
        commit: &CommitSha,
    ) -> Result<Tree, GithubError> {
        let whole = self.raw_tree(owner, repository, commit.as_str()).await?;
        if whole.truncated {
            return self.opened_tree(owner, repository, (commit, whole.sha)).await;
        }
        let entries = whole.tree.into_iter().filter_map(|it| entry("", it)).collect();
        Ok(Tree { sha: whole.sha, entries, unread_directories: Vec::new() })
    }

    /// The files below a directory, in one request; none if that is too much for one.
    pub(crate) async fn files_below(
        &self,
        owner: &OrgLogin,
        repository: &RepoName,
        (path, sha): (&str, &str),
    ) -> Result<Option<Vec<TreeEntry>>, GithubError> {
        let below = self.raw_tree(owner, repository, sha).await?;
        let files = || below.tree.into_iter().filter_map(|it| entry(path, it)).collect();
        Ok((!below.truncated).then(files))
    }

    /// Opens every directory of a commit.
    async fn opened_tree(
        &self,
        owner: &OrgLogin,
        repository: &RepoName,
        (commit, sha): (&CommitSha, TreeSha),
    ) -> Result<Tree, GithubError> {
        let mut tree = Tree { sha, entries: Vec::new(), unread_directories: Vec::new() };
        let mut level = vec![(String::new(), commit.as_str().to_owned())];
        while !level.is_empty() {
            let lookups: Vec<Lookup<'_>> =
                level.iter().map(|(_, oid)| Lookup { repository, oid }).collect();
            let found = self.directories(owner, &lookups).await?;
            let mut next = Vec::new();
            for ((path, _), found) in level.iter().zip(found) {
                match found.and_then(|it| it.ok_or(GithubError::NotFound)) {
                    Ok(directory) => next.extend(tree.take(path, directory)),
                    Err(error) => tree.unread_directories.push((path.clone(), error)),
                }
            }
            level = next;
        }
        Ok(tree)
    }

    async fn raw_tree(
        &self,
        owner: &OrgLogin,
        repository: &RepoName,
        sha: &str,
    ) -> Result<RawTree, GithubError> {
        let path = format!("/repos/{owner}/{repository}/git/trees/{sha}?recursive=1");
        Ok(self.get_json(&path, ANSWER_LIMIT).await?.0)
    }
}

impl Tree {
    /// Takes the files of a directory, and gives the directories in it.
    fn take(&mut self, path: &str, directory: Directory) -> Vec<(String, String)> {
        let mut below = Vec::new();
        for Entry { name, what } in directory.entries {
            let path = joined(path, &name);
            match what {
                What::Directory(oid) => below.push((path, oid.as_str().to_owned())),
                What::File(kind, sha) => {
                    let path = path.parse().ok();
                    self.entries.extend(path.map(|path| TreeEntry { path, kind, sha, size: None }));
                }
            }
        }
        below
    }
}

/// A file of a tree; none for directories, and for paths that no file system bears.
fn entry(directory: &str, raw: RawEntry) -> Option<TreeEntry> {
    let kind = match raw.mode.as_str() {
        "120000" => EntryKind::Symlink,
        "160000" => EntryKind::Submodule,
        "100755" => EntryKind::Executable,
        _ if raw.kind == "blob" => EntryKind::File,
        _ => return None,
    };
    let path = joined(directory, &raw.path).parse().ok()?;
    Some(TreeEntry { path, kind, sha: raw.sha.parse().ok()?, size: raw.size })
}

pub(crate) fn joined(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(mode: &str, kind: &str) -> RawEntry {
        let sha = "a".repeat(40);
        RawEntry {
            path: "x".to_owned(),
            mode: mode.to_owned(),
            kind: kind.to_owned(),
            sha,
            size: None,
        }
    }

    #[test]
    fn directories_are_no_files_and_links_are_told_apart() {
        let kind = |mode, type_| entry("docker", raw(mode, type_)).map(|it| it.kind);
        assert_eq!(kind("040000", "tree"), None);
        assert_eq!(kind("100644", "blob"), Some(EntryKind::File));
        assert_eq!(kind("100755", "blob"), Some(EntryKind::Executable));
        assert_eq!(kind("120000", "blob"), Some(EntryKind::Symlink));
        assert_eq!(kind("160000", "commit"), Some(EntryKind::Submodule));
        assert_eq!(entry("docker", raw("100644", "blob")).unwrap().path.as_str(), "docker/x");
    }
}
