//! A commit to be pushed, told step by step.

use chrono::{DateTime, Utc};

use super::objects::Content;
use crate::git::{Mode, TreeEntry};

/// One commit to be pushed: what it puts at paths and what it removes.
#[derive(Debug, Clone)]
pub struct Push {
    pub(super) message: String,
    pub(super) author: String,
    pub(super) at: Option<DateTime<Utc>>,
    pub(super) branch: Option<String>,
    pub(super) changes: Vec<(String, Option<Content>)>,
    pub(super) forced: bool,
    pub(super) forgets: bool,
    /// What the root of a generated repository has before its first commit.
    pub(super) onto: Vec<TreeEntry>,
}

impl Push {
    /// A push that changes nothing yet.
    #[must_use]
    pub fn new(message: &str) -> Self {
        Self {
            message: message.to_owned(),
            author: "Robin Doe".to_owned(),
            at: None,
            branch: None,
            changes: Vec::new(),
            forced: false,
            forgets: false,
            onto: Vec::new(),
        }
    }

    /// Puts a text file at a path.
    #[must_use]
    pub fn file(self, path: &str, text: &str) -> Self {
        self.content(path, Content::Bytes(Mode::File, text.as_bytes().into()))
    }

    /// Puts any content at a path.
    #[must_use]
    pub fn content(mut self, path: &str, content: Content) -> Self {
        self.changes.push((path.to_owned(), Some(content)));
        self
    }

    /// Puts a symbolic link at a path.
    #[must_use]
    pub fn symlink(self, path: &str, target: &str) -> Self {
        self.content(path, Content::Bytes(Mode::Symlink, target.as_bytes().into()))
    }

    /// Removes the file at a path, or everything below it.
    #[must_use]
    pub fn remove(mut self, path: &str) -> Self {
        self.changes.push((path.to_owned(), None));
        self
    }

    /// Commits at another moment than the world's now.
    #[must_use]
    pub fn at(mut self, at: DateTime<Utc>) -> Self {
        self.at = Some(at);
        self
    }

    /// Commits in another name.
    #[must_use]
    pub fn by(mut self, author: &str) -> Self {
        author.clone_into(&mut self.author);
        self
    }

    /// Pushes to another branch than the default one. A new branch begins
    /// with what the default branch has.
    #[must_use]
    pub fn branch(mut self, branch: &str) -> Self {
        self.branch = Some(branch.to_owned());
        self
    }

    /// Replaces the branch: its history before this commit is gone.
    #[must_use]
    pub fn forced(mut self) -> Self {
        self.forced = true;
        self
    }

    /// Replaces the branch, and the objects that no branch leads to are gone.
    #[must_use]
    pub fn forgetting(mut self) -> Self {
        self.forgets = true;
        self.forced()
    }
}
