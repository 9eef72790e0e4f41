//! Background work: a queue in Postgres that any number of processes share.
//!
//! A job is leased to a worker, who renews the lease while it works. A worker that dies
//! stops renewing; its job is claimed again once the lease has run out, and a worker
//! that comes back late cannot end what is no longer its own. Whoever changes which jobs
//! are queued or running holds one lock for that moment, so that what holds for all jobs
//! together (one crawl running per organization, one queued per kind) is never in doubt.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::text::storable;
use crate::wakeup::wake_workers;
use crate::{CrawlId, JobId, JobKind, Life, OrganizationId, Store, StoreError, Trigger};

/// The priority of what a person waits for.
pub const PRIORITY_PERSON: i16 = 0;
/// The priority of what GitHub says has just happened.
pub const PRIORITY_WEBHOOK: i16 = 5;
/// The priority of what a schedule wants.
pub const PRIORITY_SCHEDULE: i16 = 10;
/// The priority of the history before the first crawl.
pub const PRIORITY_HISTORY: i16 = 20;

/// A number that only the queue locks with.
const QUEUE_LOCK: i64 = 0x6a6f_6271;

/// A job to queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewJob {
    /// What it does.
    pub kind: JobKind,
    /// To which organization.
    pub organization: OrganizationId,
    /// What set it off.
    pub trigger: Trigger,
    /// Lower runs first.
    pub priority: i16,
    /// When it may run at the earliest.
    pub run_at: DateTime<Utc>,
}

/// A job that its worker may run until the lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedJob {
    /// Its key.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// To which organization.
    pub organization: OrganizationId,
    /// What set it off.
    pub trigger: Trigger,
    /// Which attempt this is, from 1.
    pub attempt: u16,
    /// Who holds it.
    pub worker: String,
}

/// Who takes jobs.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// A name that no other worker has.
    pub name: &'a str,
    /// How long it may be silent before another one takes its jobs.
    pub lease: Duration,
    /// Shows that its process lives; without it only the lease tells.
    pub life: Option<&'a Life>,
}

struct ClaimedRow {
    job_id: i64,
    kind: String,
    organization_id: i64,
    trigger: String,
    attempt: i16,
}

impl Store {
    /// Claims the most urgent job that may run, if there is one: queued and due, or held
    /// by a worker whose process is dead or whose lease has run out. Never one of an organization of which another
    /// job runs, but history beside a crawl.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn claim_job(
        &self,
        holder: Holder<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<ClaimedJob>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_queue(&mut transaction).await?;
        give_up_on_lost_jobs(&mut transaction, now).await?;
        let row = sqlx::query_file_as!(
            ClaimedRow,
            "sql/claim_job.sql",
            holder.name,
            lease_end(now, holder.lease),
            now,
            holder.life.map(|it| it.key),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        transaction.commit().await?;
        row.map(|row| row.claimed_by(holder.name)).transpose()
    }

    /// Renews a lease. False if the job is not the worker's any more: it must stop.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn heartbeat(
        &self,
        job: &ClaimedJob,
        lease: Duration,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let renewed = sqlx::query!(
            r#"
            UPDATE job
            SET lease_until = $3
            WHERE job_id = $1 AND locked_by = $2 AND state = 'running'
            "#,
            job.id.0,
            job.worker,
            lease_end(now, lease),
        )
        .execute(&self.pool)
        .await?;
        Ok(renewed.rows_affected() == 1)
    }

    /// Notes that a running job came on: attempts are counted for jobs that never do.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn came_on(&self, job: JobId) -> Result<(), StoreError> {
        sqlx::query!(r#"UPDATE job SET attempt = 1 WHERE job_id = $1 AND attempt > 1"#, job.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Notes which crawl a job runs.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn link_crawl(&self, job: JobId, crawl: CrawlId) -> Result<(), StoreError> {
        sqlx::query!(r#"UPDATE job SET crawl_id = $2 WHERE job_id = $1"#, job.0, crawl.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Ends a job well. False if it is not the worker's any more.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn finish_job(
        &self,
        job: &ClaimedJob,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let finished = sqlx::query!(
            r#"
            UPDATE job
            SET state = 'done', ended_at = $3, lease_until = NULL, last_error = NULL
            WHERE job_id = $1 AND locked_by = $2 AND state = 'running'
            "#,
            job.id.0,
            job.worker,
            now,
        )
        .execute(&self.pool)
        .await?;
        wake_workers(&mut *self.pool.acquire().await?).await?;
        Ok(finished.rows_affected() == 1)
    }

    /// Ends an attempt badly: the job is tried again after `delay` (see [`crate::backoff`]), or
    /// is failed if this was its last attempt or another one waits in its place. False if
    /// it is not the worker's any more.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn fail_job(
        &self,
        job: &ClaimedJob,
        reason: &str,
        delay: Duration,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.return_job(job, reason, Return { run_at: lease_end(now, delay), attempts: 1 }, now)
            .await
    }

    /// Puts a job back until a moment when it can go on, such as the end of a rate limit.
    /// That uses no attempt. False if it is not the worker's any more.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn postpone_job(
        &self,
        job: &ClaimedJob,
        reason: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.return_job(job, reason, Return { run_at: until, attempts: 0 }, now).await
    }

    async fn return_job(
        &self,
        job: &ClaimedJob,
        reason: &str,
        back: Return,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let reason = storable(reason);
        let mut transaction = self.pool.begin().await?;
        lock_queue(&mut transaction).await?;
        let returned = sqlx::query_file!(
            "sql/return_job.sql",
            job.id.0,
            job.worker,
            reason.as_ref(),
            back.run_at,
            back.attempts,
            now,
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(returned.rows_affected() == 1)
    }
}

/// When and at which price a job comes back.
struct Return {
    run_at: DateTime<Utc>,
    /// How many attempts it used: one or none.
    attempts: i16,
}

impl ClaimedRow {
    fn claimed_by(self, worker: &str) -> Result<ClaimedJob, StoreError> {
        Ok(ClaimedJob {
            id: JobId(self.job_id),
            kind: self.kind.try_into()?,
            organization: OrganizationId(self.organization_id),
            trigger: self.trigger.try_into()?,
            attempt: self.attempt.unsigned_abs(),
            worker: worker.to_owned(),
        })
    }
}

pub(crate) fn lease_end(now: DateTime<Utc>, lease: Duration) -> DateTime<Utc> {
    let lease = TimeDelta::from_std(lease).unwrap_or(TimeDelta::MAX);
    now.checked_add_signed(lease).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Held until the transaction ends.
pub(crate) async fn lock_queue(connection: &mut sqlx::PgConnection) -> Result<(), StoreError> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", QUEUE_LOCK).execute(connection).await?;
    Ok(())
}

/// A job that takes its worker down each time must not take down every worker.
async fn give_up_on_lost_jobs(
    connection: &mut sqlx::PgConnection,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        UPDATE job
        SET state = 'failed',
            ended_at = $1,
            lease_until = NULL,
            last_error = 'its worker stopped answering at every attempt'
        WHERE state = 'running'
          AND (lease_until < $1 OR pg_try_advisory_xact_lock(life))
          AND attempt >= max_attempts
        "#,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
