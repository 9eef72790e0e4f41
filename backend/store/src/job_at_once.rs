//! A job that starts past the queue: for a person who waits at a command line.

use chrono::{DateTime, Utc};

use crate::job::{lease_end, lock_queue};
use crate::{ClaimedJob, Holder, JobId, NewJob, Store, StoreError};

impl Store {
    /// Starts a job at once and hands it to its worker; it has one attempt. None if
    /// another crawl of the organization runs: two never run at once.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn start_job(
        &self,
        job: &NewJob,
        holder: Holder<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<ClaimedJob>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_queue(&mut transaction).await?;
        // A worker that was lost does not keep the organization for ever.
        sqlx::query!(
            r#"
            UPDATE job
            SET state = 'failed', ended_at = $2, lease_until = NULL,
                last_error = 'its worker was lost'
            WHERE organization_id = $1 AND state = 'running'
              AND (lease_until < $2 OR pg_try_advisory_xact_lock(life))
            "#,
            job.organization.0,
            now
        )
        .execute(&mut *transaction)
        .await?;
        let id = sqlx::query_scalar!(
            r#"
            INSERT INTO job
                (kind, organization_id, trigger, state, priority, run_at, enqueued_at,
                 attempt, max_attempts, locked_by, lease_until, life)
            VALUES ($1, $2, $3, 'running', $4, $5, $5, 1, 1, $6, $7, $8)
            ON CONFLICT (organization_id, (kind = 'history')) WHERE state = 'running' DO NOTHING
            RETURNING job_id
            "#,
            job.kind.slug(),
            job.organization.0,
            job.trigger.slug(),
            job.priority,
            now,
            holder.name,
            lease_end(now, holder.lease),
            holder.life.map(|it| it.key),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(id.map(|id| ClaimedJob {
            id: JobId(id),
            kind: job.kind,
            organization: job.organization,
            trigger: job.trigger,
            attempt: 1,
            worker: holder.name.to_owned(),
        }))
    }
}
