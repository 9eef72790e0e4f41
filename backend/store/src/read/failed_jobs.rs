//! Jobs that used up their attempts, until a later one of the same kind ends well.

use chrono::{DateTime, Utc};
use names::OrgLogin;

use super::words::{count, name};
use crate::{JobId, JobKind, Store, StoreError};

/// A job that nobody tries again by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedJob {
    /// Its key.
    pub id: JobId,
    /// The organization.
    pub owner: OrgLogin,
    /// What it was to do.
    pub kind: JobKind,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub failed_at: Option<DateTime<Utc>>,
    /// Why, in words.
    pub reason: String,
    /// Whether another one of its kind waits or runs already.
    pub is_tried_again: bool,
}

struct FailedRow {
    job_id: i64,
    owner: String,
    kind: String,
    attempt: i16,
    ended_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
    is_tried_again: bool,
}

impl TryFrom<FailedRow> for FailedJob {
    type Error = StoreError;

    fn try_from(row: FailedRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: JobId(row.job_id),
            owner: name(&row.owner)?,
            kind: row.kind.try_into()?,
            attempts: count(row.attempt.into()),
            failed_at: row.ended_at,
            reason: row.last_error.unwrap_or_default(),
            is_tried_again: row.is_tried_again,
        })
    }
}

impl Store {
    /// The last failed job of each organization and kind that no later one has made good.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn failed_jobs(
        &self,
        organizations: Option<&[i64]>,
    ) -> Result<Vec<FailedJob>, StoreError> {
        let rows = sqlx::query_as!(
            FailedRow,
            r#"
            SELECT failed.job_id, organization.login AS owner, failed.kind, failed.attempt,
                   failed.ended_at, failed.last_error,
                   EXISTS (
                       SELECT FROM job AS other
                       WHERE other.organization_id = failed.organization_id
                         AND other.kind = failed.kind
                         AND other.state IN ('queued', 'running')
                   ) AS "is_tried_again!"
            FROM (
                SELECT DISTINCT ON (organization_id, kind)
                       job_id, organization_id, kind, attempt, ended_at, last_error
                FROM job
                WHERE state = 'failed'
                  AND ($1::bigint[] IS NULL OR organization_id = ANY($1))
                ORDER BY organization_id, kind, ended_at DESC
            ) AS failed
            JOIN organization USING (organization_id)
            WHERE NOT EXISTS (
                SELECT FROM job AS good
                WHERE good.organization_id = failed.organization_id
                  AND good.kind = failed.kind
                  AND good.state = 'done'
                  AND good.ended_at > failed.ended_at
            )
            ORDER BY lower(organization.login), failed.kind
            "#,
            organizations as Option<&[i64]>,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(FailedJob::try_from).collect()
    }
}
