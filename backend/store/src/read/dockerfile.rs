//! One Dockerfile: its text, its report, its history.

use checklist::{Item, Policy, Report};
use chrono::{DateTime, Utc};
use names::{BlobSha, CommitSha, FilePath, RepositoryId};

use super::words::{ItemVerdict, corrupt, name};
use crate::evidence::Subject;
use crate::{Store, StoreError};

/// The identity of a Dockerfile in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DockerfileId(pub(crate) i64);

/// A Dockerfile as it stands at the last complete reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// Its identity.
    pub id: DockerfileId,
    /// Its path.
    pub path: FilePath,
    /// Its bytes; none where they could not be had or are over the size limit.
    pub content: Option<Vec<u8>>,
    /// The sha of its content, if it could be had.
    pub blob_sha: Option<BlobSha>,
    /// How many bytes it has, if it was fetched.
    pub byte_size: Option<i32>,
    /// What the engine says about it; none if its content could not be had.
    pub report: Option<Report>,
    /// What that was said under.
    pub policy: Policy,
    /// What became of each item, in the checklist's order, decisions included; of a removed
    /// Dockerfile what the engine said last.
    pub verdicts: [ItemVerdict; 8],
    /// Why its content could not be had.
    pub unread_reason: Option<String>,
    /// The rule that leaves it out of scope, a path glob.
    pub excluded_by: Option<String>,
    /// The head commit at which the present content was first seen.
    pub commit_sha: CommitSha,
    /// When that was committed.
    pub committed_at: DateTime<Utc>,
    /// Since when it is not there any more.
    pub removed_at: Option<DateTime<Utc>>,
}

impl Dockerfile {
    /// What became of an item.
    #[must_use]
    pub fn verdict(&self, item: Item) -> ItemVerdict {
        let mut each = Item::ALL.into_iter().zip(self.verdicts);
        each.find(|(it, _)| *it == item).map_or(ItemVerdict::Unknown, |(_, it)| it)
    }

    /// The digest of what an item's verdict is about, for a decision on it.
    #[must_use]
    pub fn evidence(&self, item: Item) -> String {
        let subject = Subject {
            report: self.report.as_ref(),
            blob_sha: self.blob_sha.as_ref().map(BlobSha::as_str),
            content: self.content.as_deref(),
        };
        subject.digest(item)
    }
}

struct DockerfileRow {
    dockerfile_id: i64,
    path: String,
    content: Option<Vec<u8>>,
    blob_sha: Option<String>,
    byte_size: Option<i32>,
    report: Option<sqlx::types::Json<Report>>,
    outcomes: Option<String>,
    unread_reason: Option<String>,
    excluded_by: Option<String>,
    commit_sha: String,
    committed_at: DateTime<Utc>,
    removed_at: Option<DateTime<Utc>>,
    policy: Option<String>,
}

impl TryFrom<DockerfileRow> for Dockerfile {
    type Error = StoreError;

    fn try_from(row: DockerfileRow) -> Result<Self, StoreError> {
        Ok(Self {
            verdicts: verdicts(&row)?,
            id: DockerfileId(row.dockerfile_id),
            path: name(&row.path)?,
            content: row.content,
            blob_sha: row.blob_sha.as_deref().map(name).transpose()?,
            byte_size: row.byte_size,
            report: row.report.map(|it| it.0),
            policy: Policy::of_text(row.policy.as_deref().unwrap_or_default()),
            unread_reason: row.unread_reason,
            excluded_by: row.excluded_by,
            commit_sha: name(&row.commit_sha)?,
            committed_at: row.committed_at,
            removed_at: row.removed_at,
        })
    }
}

fn verdicts(row: &DockerfileRow) -> Result<[ItemVerdict; 8], StoreError> {
    let Some(letters) = &row.outcomes else {
        let outcomes = row.report.as_ref().map(|it| &it.outcomes);
        return Ok(outcomes
            .map_or([ItemVerdict::Unknown; 8], |it| it.each_ref().map(|it| it.verdict.into())));
    };
    let verdicts: Option<Vec<ItemVerdict>> =
        letters.bytes().map(ItemVerdict::from_letter).collect();
    verdicts.and_then(|it| it.try_into().ok()).ok_or_else(|| corrupt("letters", letters))
}

impl Store {
    /// One Dockerfile of a repository, removed ones too.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn dockerfile(
        &self,
        repository: RepositoryId,
        path: &FilePath,
    ) -> Result<Option<Dockerfile>, StoreError> {
        let row = sqlx::query_as!(
            DockerfileRow,
            r#"
            SELECT dockerfile.dockerfile_id, dockerfile.path, blob.content AS "content?",
                   dockerfile.blob_sha, blob.byte_size AS "byte_size?",
                   report.body AS "report?: sqlx::types::Json<Report>",
                   CASE WHEN dockerfile.removed_at IS NULL THEN dockerfile.outcomes END AS outcomes,
                   dockerfile.unread_reason, dockerfile.excluded_by, dockerfile.commit_sha,
                   dockerfile.committed_at, dockerfile.removed_at,
                   report.policy AS "policy?"
            FROM dockerfile
            LEFT JOIN blob ON blob.blob_sha = dockerfile.blob_sha
            LEFT JOIN report ON report.report_id = dockerfile.report_id
            WHERE dockerfile.repository_id = $1 AND dockerfile.path = $2
            "#,
            repository.0,
            path.as_str(),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Dockerfile::try_from).transpose()
    }
}
