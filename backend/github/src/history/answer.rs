//! What GitHub says about the past of a batch of files.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use names::CommitSha;
use serde::Deserialize;

use super::query::Page;
use super::{FileHistory, FileVersion, Standing};
use crate::GithubError;
use crate::graphql::QueryError;
use crate::objects::{Found, why_missing};

/// The kinds of a tree's entries, as git numbers them, without the permissions.
const KIND: u32 = 0o170_000;
const PLAIN_FILE: u32 = 0o100_000;
const DIRECTORY: u32 = 0o040_000;

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(rename = "rateLimit")]
    _rate_limit: Option<serde::de::IgnoredAny>,
    #[serde(flatten)]
    repositories: HashMap<String, Option<RawRepository>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRepository {
    default_branch_ref: Option<RawRef>,
}

#[derive(Deserialize)]
struct RawRef {
    target: Option<Histories>,
}

type Histories = HashMap<String, Option<RawHistory>>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawHistory {
    nodes: Vec<Option<RawVersion>>,
    page_info: Option<RawPageInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawVersion {
    oid: CommitSha,
    committed_date: DateTime<Utc>,
    file: Option<RawEntry>,
}

#[derive(Deserialize)]
struct RawEntry {
    mode: u32,
    oid: String,
    size: u64,
}

/// What is known of one file: newest first, and where it goes on.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) versions: Vec<FileVersion>,
    pub(super) before: Option<FileVersion>,
    pub(super) next: Option<String>,
}

impl Answer {
    /// What is said about each file of the batch, in its order.
    pub(super) fn told(mut self, batch: &[&Page<'_>], errors: &[QueryError]) -> Vec<Found<Told>> {
        let mut told = Vec::with_capacity(batch.len());
        let runs = batch.chunk_by(|left, right| left.of.repository == right.of.repository);
        for (index, run) in runs.enumerate() {
            let alias = format!("r{index}");
            let target = self.repositories.remove(&alias).flatten();
            let mut target = match target {
                Some(repository) => Ok(repository.default_branch_ref.and_then(|it| it.target)),
                None => Err(why_missing(errors, &alias)),
            };
            for _ in run {
                let place = told.len();
                told.push(match &mut target {
                    Ok(histories) => told_of(histories.as_mut(), (&alias, place), errors),
                    Err(error) => Err(error.clone()),
                });
            }
        }
        told
    }
}

/// What is said about one file. Anything missing in it makes all of it missing: a commit
/// without its file would say that the file was removed.
fn told_of(
    histories: Option<&mut Histories>,
    (alias, place): (&str, usize),
    errors: &[QueryError],
) -> Found<Told> {
    let (since, before) = (format!("h{place}"), format!("b{place}"));
    let about = |it: &&QueryError| it.is_within(alias, &since) || it.is_within(alias, &before);
    if let Some(error) = errors.iter().find(about) {
        return error.missing();
    }
    let Some(histories) = histories else { return Ok(None) };
    let Some(raw) = histories.remove(&since).flatten() else { return Ok(None) };
    let before = histories.remove(&before).flatten();
    let before = before.and_then(|it| it.nodes.into_iter().flatten().next());
    let next = raw.page_info.filter(|it| it.has_next_page).and_then(|it| it.end_cursor);
    let versions = raw.nodes.into_iter().flatten().map(version).collect::<Result<_, _>>()?;
    Ok(Some(Told { versions, before: before.map(version).transpose()?, next }))
}

fn version(raw: RawVersion) -> Result<FileVersion, GithubError> {
    let standing = match raw.file {
        Some(RawEntry { mode, oid, size }) => match mode & KIND {
            PLAIN_FILE => {
                let blob = oid.parse();
                let blob =
                    blob.map_err(|_| GithubError::Malformed("no blob\u{2019}s id".into()))?;
                Standing::File { blob, size }
            }
            DIRECTORY => Standing::Nothing,
            _ => Standing::Other,
        },
        None => Standing::Nothing,
    };
    Ok(FileVersion { commit: raw.oid, committed_at: raw.committed_date, standing })
}

impl Told {
    /// Oldest first. A commit at the very beginning is both before it and since it.
    pub(super) fn in_order(mut self) -> FileHistory {
        let oldest = self.versions.last().map(|it| &it.commit);
        let before = self.before.filter(|it| Some(&it.commit) != oldest);
        self.versions.extend(before);
        self.versions.reverse();
        self.versions
    }
}
