//! A repository's files: one recursive answer, or a walk where that one is cut.

use std::collections::VecDeque;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use names::{BlobSha, CommitSha, FilePath, OrgLogin, RepoName, TreeSha};
use serde::Deserialize;

use crate::GithubError;
use crate::client::Client;

/// GitHub cuts recursive answers at 7 MB of entries; the addresses in them come on top.
const ANSWER_LIMIT: usize = 64_000_000;
/// Directories of a cut tree that are asked for together.
const AT_ONCE: usize = 8;

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

/// A directory still to be read.
struct Directory {
    path: String,
    sha: String,
}

impl Client {
    /// Every file of a repository at a commit. Where GitHub cuts the recursive answer
    /// (100,000 entries or 7 MB), its directories are asked one by one, so that nothing
    /// is lost; a directory that cannot be had is named.
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
        let whole = self.raw_tree(owner, repository, commit.as_str(), Depth::Recursive).await?;
        let mut tree = Tree { sha: whole.sha, entries: Vec::new(), unread_directories: Vec::new() };
        if !whole.truncated {
            tree.take_files("", whole.tree);
            return Ok(tree);
        }
        let root = Directory { path: String::new(), sha: commit.as_str().to_owned() };
        let mut queue = VecDeque::from([root]);
        while let Some(directory) = queue.pop_front() {
            let subdirectories = self.read_level(owner, repository, &directory, &mut tree).await?;
            let below: Vec<_> = subdirectories
                .into_iter()
                .map(|it| self.read_below(owner, repository, it))
                .collect();
            let below: Vec<Below> = stream::iter(below).buffered(AT_ONCE).try_collect().await?;
            queue.extend(below.into_iter().filter_map(|it| tree.take_below(it)));
        }
        Ok(tree)
    }

    /// Reads the files of one directory alone, and gives its subdirectories.
    async fn read_level(
        &self,
        owner: &OrgLogin,
        repository: &RepoName,
        directory: &Directory,
        tree: &mut Tree,
    ) -> Result<Vec<Directory>, GithubError> {
        let asked = self.raw_tree(owner, repository, &directory.sha, Depth::OneLevel).await;
        let level = match asked {
            Ok(level) => level,
            Err(error) => return tree.give_up(&directory.path, error).map(|()| Vec::new()),
        };
        if level.truncated {
            let why = "it holds more entries than GitHub lists".to_owned();
            tree.give_up(&directory.path, GithubError::Malformed(why))?;
        }
        let (directories, files): (Vec<_>, Vec<_>) =
            level.tree.into_iter().partition(|it| it.kind == "tree");
        tree.take_files(&directory.path, files);
        let below =
            |it: RawEntry| Directory { path: joined(&directory.path, &it.path), sha: it.sha };
        Ok(directories.into_iter().map(below).collect())
    }

    /// Reads everything below a directory; what stops everything is an error.
    async fn read_below(
        &self,
        owner: &OrgLogin,
        repository: &RepoName,
        directory: Directory,
    ) -> Result<Below, GithubError> {
        match self.raw_tree(owner, repository, &directory.sha, Depth::Recursive).await {
            Ok(below) if below.truncated => Ok(Below::Cut(directory)),
            Ok(below) => Ok(Below::Whole(directory.path, below.tree)),
            Err(error) if error.stops_everything() => Err(error),
            Err(error) => Ok(Below::Unread(directory.path, error)),
        }
    }

    async fn raw_tree(
        &self,
        owner: &OrgLogin,
        repository: &RepoName,
        sha: &str,
        depth: Depth,
    ) -> Result<RawTree, GithubError> {
        let recursive = match depth {
            Depth::Recursive => "?recursive=1",
            Depth::OneLevel => "",
        };
        let path = format!("/repos/{owner}/{repository}/git/trees/{sha}{recursive}");
        Ok(self.get_json(&path, ANSWER_LIMIT).await?.0)
    }
}

/// What came of everything below a directory.
enum Below {
    Whole(String, Vec<RawEntry>),
    /// Too much for one answer: to be read level by level.
    Cut(Directory),
    Unread(String, GithubError),
}

#[derive(Clone, Copy)]
enum Depth {
    Recursive,
    OneLevel,
}

impl Tree {
    fn take_files(&mut self, directory: &str, entries: Vec<RawEntry>) {
        self.entries.extend(entries.into_iter().filter_map(|it| entry(directory, it)));
    }

    /// Takes what came from below a directory, or gives the directory back if it was cut.
    fn take_below(&mut self, below: Below) -> Option<Directory> {
        match below {
            Below::Whole(path, entries) => {
                self.take_files(&path, entries);
                None
            }
            Below::Cut(directory) => Some(directory),
            Below::Unread(path, error) => {
                self.unread_directories.push((path, error));
                None
            }
        }
    }

    /// Notes a directory that could not be read; what stops everything is passed on.
    fn give_up(&mut self, directory: &str, error: GithubError) -> Result<(), GithubError> {
        if error.stops_everything() {
            return Err(error);
        }
        self.unread_directories.push((directory.to_owned(), error));
        Ok(())
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

fn joined(directory: &str, name: &str) -> String {
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
