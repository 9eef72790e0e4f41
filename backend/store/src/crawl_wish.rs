//! Crawls and looks that somebody asks for, as urgent as what a person waits for.

use chrono::{DateTime, Utc};

use crate::audit::{self, Actor, AuditEntry};
use crate::enqueue::queue;
use crate::job::lock_queue;
use crate::touched::{queue_look, touch_in};
use crate::wakeup::wake_workers;
use crate::{
    AuditAction, JobId, JobKind, NewJob, OrganizationId, PRIORITY_PERSON, Store, StoreError,
    Touched, Trigger,
};

impl Store {
    /// Queues a full crawl of an organization.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn ask_for_crawl(
        &self,
        organization: OrganizationId,
        trigger: Trigger,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<JobId, StoreError> {
        let job = wish(JobKind::FullCrawl, organization, trigger, now);
        let entry = AuditEntry::of(AuditAction::CrawlAsked, "full crawl").about(organization);
        self.queue_wish(&job, &entry, actor, now).await
    }

    /// Notes a repository to look at, and queues the look.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn ask_for_look(
        &self,
        organization: OrganizationId,
        touched: &Touched,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        touch_in(&mut transaction, organization, std::slice::from_ref(touched)).await?;
        queue_look(&mut transaction, organization, Trigger::Person, now).await?;
        let subject = format!("look at {}", touched.name);
        let entry = AuditEntry::of(AuditAction::CrawlAsked, &subject).about(organization);
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Queues a failed job anew. None if there is no failed job of that key.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn retry_job(
        &self,
        job: JobId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Option<JobId>, StoreError> {
        let failed = sqlx::query!(
            r#"SELECT kind, organization_id FROM job WHERE job_id = $1 AND state = 'failed'"#,
            job.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(failed) = failed else { return Ok(None) };
        let organization = OrganizationId(failed.organization_id);
        let again = wish(failed.kind.try_into()?, organization, Trigger::Person, now);
        let subject = format!("{} again", again.kind.slug());
        let entry = AuditEntry::of(AuditAction::CrawlAsked, &subject).about(organization);
        self.queue_wish(&again, &entry, actor, now).await.map(Some)
    }

    /// Makes the next look at the catalogue due now.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn want_refresh(&self, actor: &Actor, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query!(r#"UPDATE catalog_refresh SET next_at = least(next_at, $1)"#, now)
            .execute(&mut *transaction)
            .await?;
        let entry = AuditEntry::of(AuditAction::CrawlAsked, "catalogue of hardened images");
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn queue_wish(
        &self,
        job: &NewJob,
        entry: &AuditEntry<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<JobId, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_queue(&mut transaction).await?;
        let id = queue(&mut transaction, job, now).await?;
        wake_workers(&mut transaction).await?;
        audit::write(&mut transaction, actor, entry, now).await?;
        transaction.commit().await?;
        Ok(id)
    }
}

fn wish(
    kind: JobKind,
    organization: OrganizationId,
    trigger: Trigger,
    now: DateTime<Utc>,
) -> NewJob {
    NewJob { kind, organization, trigger, priority: PRIORITY_PERSON, run_at: now }
}
