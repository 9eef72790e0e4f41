//! One Dockerfile: its text, its report, its history.

use checklist::Report;
use chrono::{DateTime, Utc};
use names::{CommitSha, FilePath, RepositoryId};

use super::words::name;
use crate::{Store, StoreError};

/// The identity of a Dockerfile in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DockerfileId(pub(super) i64);

/// A Dockerfile as it stands at the last complete reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// Its identity.
    pub id: DockerfileId,
    /// Its path.
    pub path: FilePath,
    /// Its bytes; none where they could not be had or are over the size limit.
    pub content: Option<Vec<u8>>,
    /// How many bytes it has, if it was fetched.
    pub byte_size: Option<i32>,
    /// What the engine says about it; none if its content could not be had.
    pub report: Option<Report>,
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

struct DockerfileRow {
    dockerfile_id: i64,
    path: String,
    content: Option<Vec<u8>>,
    byte_size: Option<i32>,
    report: Option<sqlx::types::Json<Report>>,
    unread_reason: Option<String>,
    excluded_by: Option<String>,
    commit_sha: String,
    committed_at: DateTime<Utc>,
    removed_at: Option<DateTime<Utc>>,
}

impl TryFrom<DockerfileRow> for Dockerfile {
    type Error = StoreError;

    fn try_from(row: DockerfileRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: DockerfileId(row.dockerfile_id),
            path: name(&row.path)?,
            content: row.content,
            byte_size: row.byte_size,
            report: row.report.map(|it| it.0),
            unread_reason: row.unread_reason,
            excluded_by: row.excluded_by,
            commit_sha: name(&row.commit_sha)?,
            committed_at: row.committed_at,
            removed_at: row.removed_at,
        })
    }
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
                   blob.byte_size AS "byte_size?",
                   report.body AS "report?: sqlx::types::Json<Report>",
                   dockerfile.unread_reason, dockerfile.excluded_by, dockerfile.commit_sha,
                   dockerfile.committed_at, dockerfile.removed_at
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
