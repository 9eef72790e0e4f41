//! The git objects of one repository, and how a set of files becomes trees.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::git::{Blob, Commit, Mode, Oid, TreeEntry, blob_oid, tree_oid};

/// What stands at a path of a working copy.
#[derive(Debug, Clone)]
pub enum Content {
    /// A file or a symbolic link with its bytes.
    Bytes(Mode, Arc<[u8]>),
    /// A commit of another repository.
    Submodule(Oid),
}

/// A working copy: what stands at each path.
pub(super) type Files = BTreeMap<String, Content>;

/// The objects of one repository. A blob or tree exists since the first commit
/// that held it, so that a world moved back in time does not answer with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Objects {
    blobs: HashMap<Oid, (DateTime<Utc>, Blob)>,
    trees: HashMap<Oid, (DateTime<Utc>, Arc<[TreeEntry]>)>,
    commits: HashMap<Oid, Arc<Commit>>,
}

impl Objects {
    pub(super) fn blob(&self, oid: Oid, now: DateTime<Utc>) -> Option<&Blob> {
        self.blobs.get(&oid).filter(|(since, _)| *since <= now).map(|(_, it)| it)
    }

    pub(super) fn tree(&self, oid: Oid, now: DateTime<Utc>) -> Option<&Arc<[TreeEntry]>> {
        self.trees.get(&oid).filter(|(since, _)| *since <= now).map(|(_, it)| it)
    }

    pub(super) fn commit(&self, oid: Oid, now: DateTime<Utc>) -> Option<&Arc<Commit>> {
        self.commits.get(&oid).filter(|it| it.at <= now)
    }

    /// The commits whose sha begins with `prefix`.
    pub(super) fn commits_like(
        &self,
        prefix: &str,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = &Arc<Commit>> {
        self.commits
            .values()
            .filter(move |it| it.at <= now && it.oid.to_string().starts_with(prefix))
    }

    pub(super) fn add_commit(&mut self, commit: Arc<Commit>) {
        self.commits.insert(commit.oid, commit);
    }

    pub(super) fn add_blob(&mut self, oid: Oid, blob: Blob, since: DateTime<Utc>) {
        let known = self.blobs.entry(oid).or_insert((since, blob));
        known.0 = known.0.min(since);
    }

    pub(super) fn add_tree(&mut self, oid: Oid, entries: Vec<TreeEntry>, since: DateTime<Utc>) {
        let known = self.trees.entry(oid).or_insert_with(|| (since, entries.into()));
        known.0 = known.0.min(since);
    }

    /// Stores every file and directory of a working copy; the root's sha.
    pub(super) fn add_files(&mut self, files: &Files, since: DateTime<Utc>) -> Oid {
        let mut root = Directory::default();
        for (path, content) in files {
            root.place(path, content);
        }
        self.add_directory(&root, since)
    }

    fn add_directory(&mut self, directory: &Directory<'_>, since: DateTime<Utc>) -> Oid {
        let mut entries = Vec::new();
        for (name, below) in &directory.directories {
            let oid = self.add_directory(below, since);
            entries.push(TreeEntry { mode: Mode::Directory, name: (*name).to_owned(), oid });
        }
        for (name, content) in &directory.files {
            let (mode, oid) = self.add_content(content, since);
            entries.push(TreeEntry { mode, name: (*name).to_owned(), oid });
        }
        let oid = tree_oid(&mut entries);
        self.add_tree(oid, entries, since);
        oid
    }

    fn add_content(&mut self, content: &Content, since: DateTime<Utc>) -> (Mode, Oid) {
        match content {
            Content::Submodule(oid) => (Mode::Submodule, *oid),
            Content::Bytes(mode, bytes) => {
                let oid = blob_oid(bytes);
                let size = u64::try_from(bytes.len()).ok();
                self.add_blob(oid, Blob { bytes: Some(Arc::clone(bytes)), size }, since);
                (*mode, oid)
            }
        }
    }
}

/// The files of a working copy by directory.
#[derive(Default)]
struct Directory<'a> {
    directories: BTreeMap<&'a str, Directory<'a>>,
    files: BTreeMap<&'a str, &'a Content>,
}

impl<'a> Directory<'a> {
    fn place(&mut self, path: &'a str, content: &'a Content) {
        match path.split_once('/') {
            Some((name, rest)) => self.directories.entry(name).or_default().place(rest, content),
            None => {
                self.files.insert(path, content);
            }
        }
    }
}
