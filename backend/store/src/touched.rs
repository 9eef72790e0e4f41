//! Repositories that a webhook or a person named. They are gathered for a moment and
//! looked at together: GitHub is asked what is so, whatever the delivery said, so order
//! and repetition of deliveries do not matter.

use chrono::{DateTime, TimeDelta, Utc};
use names::{RepoName, RepositoryId};

use crate::enqueue::queue;
use crate::job::lock_queue;
use crate::wakeup::wake_workers;
use crate::{
    JobKind, NewJob, OrganizationId, PRIORITY_PERSON, PRIORITY_WEBHOOK, Store, StoreError, Trigger,
};

/// How long webhooks are gathered before one look at all of them.
const GATHERING: TimeDelta = TimeDelta::seconds(2);

/// A repository to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// GitHub's database id.
    pub repository: RepositoryId,
    /// The name it was called by.
    pub name: RepoName,
    /// Why it is gone, in words, should GitHub not have it any more.
    pub gone_reason: Option<String>,
    /// When it was named last.
    pub touched_at: DateTime<Utc>,
}

impl Store {
    /// Notes repositories to look at, and queues the look: at once for a person, after
    /// a moment of gathering for a webhook.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn touch(
        &self,
        organization: OrganizationId,
        touched: &[Touched],
        trigger: Trigger,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        touch_in(&mut transaction, organization, touched).await?;
        queue_look(&mut transaction, organization, trigger, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The repositories of an organization that wait for a look.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn touched(&self, organization: OrganizationId) -> Result<Vec<Touched>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT repository_id, name, gone_reason, touched_at
            FROM touched_repository
            WHERE organization_id = $1
            ORDER BY repository_id
            "#,
            organization.0,
        )
        .fetch_all(&self.pool)
        .await?;
        let touched = rows.into_iter().map(|row| {
            Ok(Touched {
                repository: RepositoryId(row.repository_id),
                name: row.name.parse()?,
                gone_reason: row.gone_reason,
                touched_at: row.touched_at,
            })
        });
        touched.collect()
    }

    /// Takes repositories off the list that were looked at, but for those that were
    /// named again meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn untouch(
        &self,
        organization: OrganizationId,
        looked_at: &[Touched],
    ) -> Result<(), StoreError> {
        let ids: Vec<i64> = looked_at.iter().map(|it| it.repository.0).collect();
        let moments: Vec<DateTime<Utc>> = looked_at.iter().map(|it| it.touched_at).collect();
        sqlx::query!(
            r#"
            DELETE FROM touched_repository AS touched
            USING unnest($2::bigint[], $3::timestamptz[]) AS looked (repository_id, touched_at)
            WHERE touched.organization_id = $1
              AND touched.repository_id = looked.repository_id
              AND touched.touched_at <= looked.touched_at
            "#,
            organization.0,
            &ids,
            &moments,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Notes repositories to look at in a transaction of somebody else.
pub(crate) async fn touch_in(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
    touched: &[Touched],
) -> Result<(), StoreError> {
    for it in touched {
        sqlx::query!(
            r#"
            INSERT INTO touched_repository AS old
                (organization_id, repository_id, name, gone_reason, touched_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (organization_id, repository_id) DO UPDATE
            SET name = excluded.name,
                gone_reason = coalesce(excluded.gone_reason, old.gone_reason),
                touched_at = greatest(old.touched_at, excluded.touched_at)
            "#,
            organization.0,
            it.repository.0,
            it.name.as_str(),
            it.gone_reason.as_deref(),
            it.touched_at,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Queues the look at what was touched, in a transaction of somebody else.
pub(crate) async fn queue_look(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
    trigger: Trigger,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (priority, run_at) = match trigger {
        Trigger::Webhook | Trigger::Schedule => (PRIORITY_WEBHOOK, now + GATHERING),
        Trigger::Person | Trigger::Command | Trigger::First => (PRIORITY_PERSON, now),
    };
    let job = NewJob { kind: JobKind::TouchedCrawl, organization, trigger, priority, run_at };
    lock_queue(&mut *connection).await?;
    queue(&mut *connection, &job, now).await?;
    wake_workers(connection).await
}
