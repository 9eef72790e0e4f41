//! Directories by their ids, a hundred a query: one level, all entries.

use chrono::{DateTime, Utc};
use names::{BlobSha, OrgLogin, TreeSha};
use serde::Deserialize;

use crate::GithubError;
use crate::client::Client;
use crate::objects::Found;
use crate::queries::{Lookup, Selection};
use crate::tree::EntryKind;

/// A directory's entries.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) oid: TreeSha,
    pub(crate) entries: Vec<Entry>,
    /// When the commit was made, where a commit was asked for.
    pub(crate) committed_at: Option<DateTime<Utc>>,
}

/// One entry of a directory.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) what: What,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Directory(TreeSha),
    File(EntryKind, BlobSha),
}

#[derive(Deserialize)]
struct RawObject {
    oid: Option<TreeSha>,
    entries: Option<Vec<RawEntry>>,
    #[serde(rename = "committedDate")]
    committed_at: Option<DateTime<Utc>>,
    tree: Option<RawTree>,
}

#[derive(Deserialize)]
struct RawTree {
    oid: TreeSha,
    entries: Option<Vec<RawEntry>>,
}

#[derive(Deserialize)]
struct RawEntry {
    name: String,
    mode: u32,
    oid: String,
}

impl Client {
    /// The directories of these ids, or the root directories of these commits, in the
    /// order asked. `None` where GitHub has no such object any more.
    ///
    /// # Errors
    /// If nothing at all could be asked.
    pub(crate) async fn directories(
        &self,
        owner: &OrgLogin,
        lookups: &[Lookup<'_>],
    ) -> Result<Vec<Found<Directory>>, GithubError> {
        let found = self.batches::<RawObject>(owner, lookups, Selection::Directory).await?;
        Ok(found.into_iter().map(|it| it.map(|raw| raw.and_then(directory))).collect())
    }
}

fn directory(raw: RawObject) -> Option<Directory> {
    let (oid, entries) = match raw.tree {
        Some(tree) => (tree.oid, tree.entries),
        None => (raw.oid?, raw.entries),
    };
    let entries = entries.unwrap_or_default().into_iter().filter_map(entry).collect();
    Some(Directory { oid, entries, committed_at: raw.committed_at })
}

fn entry(raw: RawEntry) -> Option<Entry> {
    let what = match raw.mode {
        0o040_000 => What::Directory(raw.oid.parse().ok()?),
        mode => {
            let kind = match mode {
                0o120_000 => EntryKind::Symlink,
                0o160_000 => EntryKind::Submodule,
                0o100_755 => EntryKind::Executable,
                _ => EntryKind::File,
            };
            What::File(kind, raw.oid.parse().ok()?)
        }
    };
    Some(Entry { name: raw.name, what })
}
