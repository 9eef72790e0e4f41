//! What a change of the catalogue does to verdicts: what it did, and what it would do.

use checklist::Verdict;
use chrono::{DateTime, Utc};

use super::words::verdict;
use crate::report::file_kind;
use crate::{FileKind, OrganizationId, Store, StoreError};

/// A stored content that Dockerfiles in scope have, and what is said of it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoredContent {
    /// Its place in the order of reading.
    pub key: ScoredKey,
    /// By which kind of file name it is read.
    pub kind: FileKind,
    /// The content; none where it is over the size limit.
    pub content: Option<Vec<u8>>,
    /// How many Dockerfiles in scope have it.
    pub dockerfiles: u32,
    /// Its verdicts in the order of the checklist.
    pub verdicts: Vec<Verdict>,
}

/// Where a reading of scored contents goes on; the default is the beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScoredKey {
    report: i64,
    /// The text of the policy that it is to be scored by.
    pub policy: String,
}

impl Store {
    /// How many verdicts in scope changes of the catalogue have changed since a moment; of some
    /// repositories alone, where their ids are given.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn verdicts_changed_by_catalog(
        &self,
        since: DateTime<Utc>,
        repositories: Option<&[i64]>,
    ) -> Result<i64, StoreError> {
        let count = sqlx::query_scalar!(
            r#"
            SELECT count(*) AS "count!"
            FROM change_line
            WHERE changed_at >= $1 AND cause = 'catalog'
              AND ($2::bigint[] IS NULL OR dockerfile_id IN (
                  SELECT dockerfile_id FROM dockerfile WHERE repository_id = ANY($2)))
            "#,
            since,
            repositories as Option<&[i64]>,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(count)
    }

    /// The contents of an organization's Dockerfiles in scope behind `after`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn scored_contents(
        &self,
        organization: OrganizationId,
        after: &ScoredKey,
        limit: i64,
    ) -> Result<Vec<ScoredContent>, StoreError> {
        let rows = sqlx::query_file!(
            "sql/scored_contents.sql",
            organization.0,
            after.report,
            after.policy,
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                let verdicts: Result<_, _> = row.verdicts.iter().map(|it| verdict(it)).collect();
                Ok(ScoredContent {
                    key: ScoredKey { report: row.report_id, policy: row.policy },
                    kind: file_kind(row.file_kind)?,
                    content: row.content,
                    dockerfiles: u32::try_from(row.dockerfiles).unwrap_or(u32::MAX),
                    verdicts: verdicts?,
                })
            })
            .collect()
    }
}
