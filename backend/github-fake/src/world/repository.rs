//! One repository, and what of it can be seen at a moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use names::{OrgLogin, RepoName, RepositoryId};

use super::edit::Edit;
use super::objects::Objects;
use super::push::Push;
use crate::git::{Blob, Commit, CommitParts, Mode, Oid, TreeEntry};

/// Who may see a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everyone.
    Public,
    /// Those with access.
    #[default]
    Private,
    /// Everyone of the enterprise.
    Internal,
}

impl Visibility {
    /// The word REST uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Internal => "internal",
        }
    }
}

/// What a repository says about itself, apart from its content.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// One line about it.
    pub description: Option<String>,
    /// Who may see it.
    pub visibility: Visibility,
    /// Its main programming language.
    pub language: Option<String>,
    /// Its topics.
    pub topics: Vec<String>,
    /// Its values of the organization's custom properties, by their names.
    pub properties: BTreeMap<String, String>,
    /// Read-only by its owner's wish.
    pub archived: bool,
    /// A fork of another repository.
    pub fork: bool,
    /// New repositories may be made from it.
    pub template: bool,
    /// Switched off by GitHub.
    pub disabled: bool,
    /// A legal notice that blocks its content.
    pub unreadable: Option<String>,
}

/// A repository with its whole history, that of the future too.
#[derive(Debug, Clone)]
pub struct Repository {
    /// GitHub's database id.
    pub id: RepositoryId,
    /// The owner's login.
    pub owner: OrgLogin,
    /// The name without the owner.
    pub name: RepoName,
    /// What it says about itself.
    pub facts: Facts,
    /// The branch that a visitor sees first.
    pub default_branch: String,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
    /// The commits of each branch, oldest first.
    pub(super) branches: BTreeMap<String, Vec<Arc<Commit>>>,
    pub(super) pushes: Vec<DateTime<Utc>>,
    pub(super) objects: Objects,
}

/// An entry of a recursive listing.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The path below the listed tree.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// The object it names.
    pub oid: Oid,
}

impl Repository {
    /// The repository as it was at `now`.
    #[must_use]
    pub fn at(&self, now: DateTime<Utc>) -> Snapshot<'_> {
        Snapshot { repository: self, now }
    }

    /// `owner/name`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// Makes a commit on a branch; its sha.
    pub(super) fn commit(&mut self, push: Push, at: DateTime<Utc>) -> Oid {
        let name = push.branch.unwrap_or_else(|| self.default_branch.clone());
        let start = self.branches.get(&self.default_branch).cloned();
        let branch = self.branches.entry(name).or_insert(start.unwrap_or_default());
        let last = branch.last().cloned();
        let before = last.as_ref().map_or(push.onto, |it| self.objects.entries(it.tree));
        let parts = CommitParts {
            tree: self.objects.add_edited(before, &Edit::of(&push.changes), at),
            parent: last.filter(|_| !push.forced).map(|it| it.oid),
            author: push.author,
            message: push.message,
            at,
        };
        if push.forced {
            branch.clear();
        }
        let commit = Arc::new(Commit::new(parts));
        let oid = commit.oid;
        self.objects.add_commit(Arc::clone(&commit));
        branch.push(commit);
        if push.forgets {
            let commits: Vec<_> = self.branches.values().flatten().cloned().collect();
            self.objects.keep_only(&commits);
        }
        self.pushes.push(at);
        oid
    }
}

/// A repository as it was at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Snapshot<'w> {
    /// The repository.
    pub repository: &'w Repository,
    now: DateTime<Utc>,
}

impl<'w> Snapshot<'w> {
    /// When it was last pushed to; its creation if never.
    #[must_use]
    pub fn pushed_at(&self) -> DateTime<Utc> {
        let pushes = self.repository.pushes.iter().filter(|it| **it <= self.now);
        pushes.max().copied().unwrap_or(self.repository.created_at)
    }

    /// The last commit of the default branch.
    #[must_use]
    pub fn head(&self) -> Option<&'w Arc<Commit>> {
        self.branch(&self.repository.default_branch)
    }

    /// The last commit of a branch.
    #[must_use]
    pub fn branch(&self, name: &str) -> Option<&'w Arc<Commit>> {
        let commits = self.repository.branches.get(name)?;
        commits.iter().rev().find(|it| it.at <= self.now)
    }

    /// Whether nothing was ever pushed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.repository.branches.keys().all(|it| self.branch(it).is_none())
    }

    /// The content of a blob of this repository.
    #[must_use]
    pub fn blob(&self, oid: Oid) -> Option<&'w Blob> {
        self.repository.objects.blob(oid, self.now)
    }

    /// The entries of a directory of this repository.
    #[must_use]
    pub fn tree(&self, oid: Oid) -> Option<&'w Arc<[TreeEntry]>> {
        self.repository.objects.tree(oid, self.now)
    }

    /// A commit of this repository.
    #[must_use]
    pub fn commit(&self, oid: Oid) -> Option<&'w Arc<Commit>> {
        self.repository.objects.commit(oid, self.now)
    }

    /// The commit that a revision means: `HEAD`, a branch, a sha or its beginning.
    #[must_use]
    pub fn revision(&self, text: &str) -> Option<&'w Arc<Commit>> {
        if text == "HEAD" {
            return self.head();
        }
        let name = text.strip_prefix("refs/").unwrap_or(text);
        let name = name.strip_prefix("heads/").unwrap_or(name);
        if let Some(commit) = self.branch(name) {
            return Some(commit);
        }
        if text.len() < 7 || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
            return None;
        }
        let mut alike = self.repository.objects.commits_like(text, self.now);
        alike.next().filter(|_| alike.next().is_none())
    }

    /// The tree that a tree's sha, a commit's sha or a branch means.
    #[must_use]
    pub fn tree_of(&self, text: &str) -> Option<Oid> {
        let by_sha = text.parse().ok().filter(|it| self.tree(*it).is_some());
        by_sha.or_else(|| self.revision(text).map(|it| it.tree))
    }

    /// A commit and all before it, newest first.
    pub fn history(&self, from: &'w Arc<Commit>) -> impl Iterator<Item = &'w Arc<Commit>> {
        let objects = &self.repository.objects;
        let now = self.now;
        std::iter::successors(Some(from), move |it| objects.commit(it.parent?, now))
    }

    /// The commits that changed what stands at `path`, newest first.
    pub fn history_of(&self, from: &'w Arc<Commit>, path: &str) -> Vec<&'w Arc<Commit>> {
        let standing = |commit: &Commit| self.entry(commit.tree, path).map(|it| it.oid);
        let before = |commit: &Commit| standing(self.commit(commit.parent?)?);
        self.history(from).filter(|it| standing(it) != before(it)).collect()
    }

    /// What stands at a path below a tree.
    #[must_use]
    pub fn entry(&self, tree: Oid, path: &str) -> Option<&'w TreeEntry> {
        let (name, rest) = path.split_once('/').map_or((path, None), |(a, b)| (a, Some(b)));
        let entry = self.tree(tree)?.iter().find(|it| it.name == name)?;
        match rest {
            None => Some(entry),
            Some(rest) => self.entry(entry.oid, rest),
        }
    }

    /// Everything below a tree in the order of `git ls-tree -r -t`.
    #[must_use]
    pub fn recursive(&self, tree: Oid) -> Vec<Listed> {
        let mut listed = Vec::new();
        self.walk(tree, &mut String::new(), &mut listed);
        listed
    }

    /// Lists what is below a tree; `path` is the tree's own with a slash, or empty.
    fn walk(&self, tree: Oid, path: &mut String, listed: &mut Vec<Listed>) {
        let length = path.len();
        for entry in self.tree(tree).into_iter().flat_map(|it| it.iter()) {
            path.push_str(&entry.name);
            listed.push(Listed { path: path.clone(), mode: entry.mode, oid: entry.oid });
            if entry.mode == Mode::Directory {
                path.push('/');
                self.walk(entry.oid, path, listed);
            }
            path.truncate(length);
        }
    }
}
