//! When the catalogue is looked at: once a day, by one process for all, later and later
//! while it fails.

use chrono::{DateTime, TimeDelta, Utc};
use names::CommitSha;

use crate::text::storable;
use crate::{EditionId, JobKind, NewJob, PRIORITY_SCHEDULE, Store, StoreError, Trigger};

/// How the looks at the catalogue stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshStanding {
    /// When it was last found out what there is; none before the first time.
    pub looked_at: Option<DateTime<Utc>>,
    /// When that was last tried.
    pub tried_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed; none if it did not.
    pub failure: Option<String>,
    /// How many attempts failed in a row.
    pub failures: u32,
    /// When the next attempt is due.
    pub next_at: DateTime<Utc>,
    /// Whether a process looks at this moment.
    pub is_running: bool,
}

/// How one look ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked<'a> {
    /// It is known what there is; the next look is a while away.
    Well(TimeDelta),
    /// It could not be found out, for this reason; the next attempt is a while away.
    Badly(&'a str, TimeDelta),
    /// It was broken off; the next process goes on.
    BrokenOff,
}

impl Store {
    /// How the looks at the catalogue stand.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn refresh_standing(
        &self,
        now: DateTime<Utc>,
    ) -> Result<RefreshStanding, StoreError> {
        let row = sqlx::query!(
            r#"
            SELECT looked_at, tried_at, failure, failures, next_at,
                   coalesce(lease_until > $1, false) AS "is_running!"
            FROM catalog_refresh
            "#,
            now,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(RefreshStanding {
            looked_at: row.looked_at,
            tried_at: row.tried_at,
            failure: row.failure,
            failures: row.failures.unsigned_abs(),
            next_at: row.next_at,
            is_running: row.is_running,
        })
    }

    /// Takes the look that is due for `holder`, who has it until the lease ends. None if
    /// none is due or another process has it; else how many attempts failed in a row.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn claim_refresh(
        &self,
        holder: &str,
        lease: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Option<u32>, StoreError> {
        let failures = sqlx::query_scalar!(
            r#"
            UPDATE catalog_refresh
            SET held_by = $1, lease_until = $2
            WHERE next_at <= $3 AND (lease_until IS NULL OR lease_until <= $3)
            RETURNING failures
            "#,
            holder,
            now + lease,
            now,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(failures.map(i32::unsigned_abs))
    }

    /// Ends a look. Does nothing if `holder` does not have it any more.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn end_refresh(
        &self,
        holder: &str,
        looked: Looked<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (failure, pause) = match looked {
            Looked::Well(pause) => (None, pause),
            Looked::Badly(reason, pause) => (Some(storable(reason)), pause),
            Looked::BrokenOff => return self.break_off_refresh(holder).await,
        };
        sqlx::query!(
            r#"
            UPDATE catalog_refresh
            SET held_by = NULL,
                lease_until = NULL,
                tried_at = $3,
                looked_at = CASE WHEN $2::text IS NULL THEN $3 ELSE looked_at END,
                failure = $2,
                failures = CASE WHEN $2::text IS NULL THEN 0 ELSE failures + 1 END,
                next_at = $4
            WHERE held_by = $1
            "#,
            holder,
            failure.as_deref(),
            now,
            now + pause,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn break_off_refresh(&self, holder: &str) -> Result<(), StoreError> {
        sqlx::query!(
            r#"UPDATE catalog_refresh SET held_by = NULL, lease_until = NULL WHERE held_by = $1"#,
            holder,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Notes that an edition's repository says the same at another commit.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn confirm_edition(
        &self,
        id: EditionId,
        commit: &CommitSha,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            r#"UPDATE catalog_edition SET commit_sha = $2 WHERE catalog_edition_id = $1"#,
            id.0,
            commit.as_str(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Queues that every organization's stored contents are scored by the present catalogue.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn queue_rescoring(
        &self,
        trigger: Trigger,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        for organization in self.organizations().await? {
            let job = NewJob {
                kind: JobKind::Rescore,
                organization: organization.id,
                trigger,
                priority: PRIORITY_SCHEDULE,
                run_at: now,
            };
            self.enqueue(&job, now).await?;
        }
        Ok(())
    }
}
