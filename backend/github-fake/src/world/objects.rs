//! The git objects of one repository, and how a push makes new ones.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::edit::{Change, Edit};
use crate::git::{Blob, Commit, Mode, Oid, TreeEntry, blob_oid, tree_oid};

/// What stands at a path of a working copy.
#[derive(Debug, Clone)]
pub enum Content {
    /// A file or a symbolic link with its bytes.
    Bytes(Mode, Arc<[u8]>),
    /// A commit of another repository.
    Submodule(Oid),
}

/// Objects that many generated repositories have in common, so that thousands of them
/// fit into memory. They are there at any moment.
#[derive(Debug, Default)]
pub(super) struct Pool {
    pub(super) blobs: HashMap<Oid, Blob>,
    pub(super) trees: HashMap<Oid, Arc<[TreeEntry]>>,
}

/// The objects of one repository. A blob or tree exists since the first commit
/// that held it, so that a world moved back in time does not answer with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Objects {
    blobs: HashMap<Oid, (DateTime<Utc>, Blob)>,
    trees: HashMap<Oid, (DateTime<Utc>, Arc<[TreeEntry]>)>,
    commits: HashMap<Oid, Arc<Commit>>,
    pool: Arc<Pool>,
}

impl Objects {
    /// No objects but those of a pool.
    pub(super) fn sharing(pool: &Arc<Pool>) -> Self {
        Self { pool: Arc::clone(pool), ..Self::default() }
    }

    pub(super) fn blob(&self, oid: Oid, now: DateTime<Utc>) -> Option<&Blob> {
        let own = self.blobs.get(&oid).filter(|(since, _)| *since <= now).map(|(_, it)| it);
        own.or_else(|| self.pool.blobs.get(&oid))
    }

    pub(super) fn tree(&self, oid: Oid, now: DateTime<Utc>) -> Option<&Arc<[TreeEntry]>> {
        let own = self.trees.get(&oid).filter(|(since, _)| *since <= now).map(|(_, it)| it);
        own.or_else(|| self.pool.trees.get(&oid))
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

    /// Stores the directory that an edit makes of a directory's entries; its sha.
    pub(super) fn add_edited(
        &mut self,
        entries: Vec<TreeEntry>,
        edit: &Edit<'_>,
        since: DateTime<Utc>,
    ) -> Oid {
        let entries = self.edited(entries, edit, since);
        self.add_entries(entries, since)
    }

    fn edited(
        &mut self,
        mut entries: Vec<TreeEntry>,
        edit: &Edit<'_>,
        since: DateTime<Utc>,
    ) -> Vec<TreeEntry> {
        if edit.is_cleared {
            entries.clear();
        }
        for (name, change) in &edit.changes {
            let position = entries.iter().position(|it| it.name == *name);
            let before = position.map(|it| entries.swap_remove(it));
            let after = match change {
                Change::Put(content) => Some(self.add_content(content, since)),
                Change::Remove => None,
                Change::Below(edit) => {
                    let directory = before.filter(|it| it.mode == Mode::Directory);
                    let below = directory.map_or_else(Vec::new, |it| self.entries(it.oid));
                    let below = self.edited(below, edit, since);
                    // Git knows no empty directories.
                    let is_there = !below.is_empty();
                    is_there.then(|| (Mode::Directory, self.add_entries(below, since)))
                }
            };
            let name = (*name).to_owned();
            entries.extend(after.map(|(mode, oid)| TreeEntry { mode, name, oid }));
        }
        entries
    }

    /// The entries of a directory of any time.
    pub(super) fn entries(&self, oid: Oid) -> Vec<TreeEntry> {
        self.tree(oid, DateTime::<Utc>::MAX_UTC).map_or_else(Vec::new, |it| it.to_vec())
    }

    fn add_entries(&mut self, mut entries: Vec<TreeEntry>, since: DateTime<Utc>) -> Oid {
        let oid = tree_oid(&mut entries);
        self.add_tree(oid, entries, since);
        oid
    }

    /// Forgets what no commit of `commits` leads to, as git's garbage collection does.
    pub(super) fn keep_only(&mut self, commits: &[Arc<Commit>]) {
        let mut kept = HashSet::new();
        let mut open: Vec<Oid> = commits.iter().map(|it| it.tree).collect();
        while let Some(oid) = open.pop() {
            if kept.insert(oid) {
                let entries = self.trees.get(&oid).into_iter().flat_map(|(_, it)| it.iter());
                open.extend(entries.map(|it| it.oid));
            }
        }
        self.trees.retain(|oid, _| kept.contains(oid));
        self.blobs.retain(|oid, _| kept.contains(oid));
        self.commits = commits.iter().map(|it| (it.oid, Arc::clone(it))).collect();
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
