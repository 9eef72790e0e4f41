//! Jobs enter the queue, each once per organization and kind.

use chrono::{DateTime, Utc};

use crate::job::lock_queue;
use crate::wakeup::wake_workers;
use crate::{JobId, NewJob, Store, StoreError};

impl Store {
    /// Queues a job and wakes the workers. One of the same kind for the same organization
    /// that is queued already becomes the more urgent of both.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn enqueue(&self, job: &NewJob, now: DateTime<Utc>) -> Result<JobId, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_queue(&mut transaction).await?;
        let id = queue(&mut transaction, job, now).await?;
        wake_workers(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }
}

/// Queues a job in a transaction that holds the queue's lock.
pub(crate) async fn queue(
    connection: &mut sqlx::PgConnection,
    job: &NewJob,
    now: DateTime<Utc>,
) -> Result<JobId, StoreError> {
    let id = sqlx::query_scalar!(
        r#"
        INSERT INTO job AS queued
            (kind, organization_id, trigger, state, priority, run_at, enqueued_at)
        VALUES ($1, $2, $3, 'queued', $4, $5, $6)
        ON CONFLICT (organization_id, kind) WHERE state = 'queued' DO UPDATE
        SET priority = least(queued.priority, excluded.priority),
            run_at = least(queued.run_at, excluded.run_at),
            trigger = CASE
                WHEN excluded.priority < queued.priority THEN excluded.trigger
                ELSE queued.trigger
            END
        RETURNING job_id
        "#,
        job.kind.slug(),
        job.organization.0,
        job.trigger.slug(),
        job.priority,
        job.run_at,
        now,
    )
    .fetch_one(connection)
    .await?;
    Ok(JobId(id))
}
