//! When organizations are crawled by themselves. What a cron expression means is the
//! crawl's business; here is which one is due, decided by one process at a time.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::job::lock_queue;
use crate::wakeup::wake_workers;
use crate::{AuditAction, JobKind, OrganizationId, PRIORITY_SCHEDULE, Store, StoreError, Trigger};

/// One of an organization's two schedules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The organization.
    pub organization: OrganizationId,
    /// What it sets off.
    pub kind: JobKind,
    /// When, a cron expression.
    pub cron: String,
    /// The time zone of the expression, a name of the IANA database.
    pub time_zone: String,
    /// When it falls due; none until it is planned.
    pub next_at: Option<DateTime<Utc>>,
}

/// When an organization is crawled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schedules {
    /// When every repository is listed, a cron expression.
    pub full: String,
    /// When the newest repositories are listed, a cron expression.
    pub listing: String,
    /// The time zone of both, a name of the IANA database.
    pub time_zone: String,
}

struct Row {
    organization_id: i64,
    kind: String,
    cron: String,
    time_zone: String,
    next_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Schedule {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            organization: OrganizationId(row.organization_id),
            kind: row.kind.try_into()?,
            cron: row.cron,
            time_zone: row.time_zone,
            next_at: row.next_at,
        })
    }
}

impl Store {
    /// Queues a job for every schedule that is due, and plans each anew by `next`, which
    /// gives none for an expression that never falls due. A schedule that was missed,
    /// however often, is caught up once. Gives the number of jobs that are queued for it.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn run_due_schedules(
        &self,
        now: DateTime<Utc>,
        next: &(dyn Fn(&Schedule) -> Option<DateTime<Utc>> + Sync),
    ) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_queue(&mut transaction).await?;
        let rows = sqlx::query_file_as!(Row, "sql/schedules.sql", now)
            .fetch_all(&mut *transaction)
            .await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let due: Vec<Schedule> =
            rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
        plan(&mut transaction, &due, next).await?;
        // One that was never planned is planned now; it did not miss anything.
        let fallen_due = due.iter().filter(|it| it.next_at.is_some());
        let queued = enqueue_all(&mut transaction, fallen_due, now).await?;
        wake_workers(&mut transaction).await?;
        transaction.commit().await?;
        Ok(queued)
    }

    /// Changes when an organization is crawled. Both schedules are planned anew.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn set_schedules(
        &self,
        organization: OrganizationId,
        schedules: &Schedules,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let before = sqlx::query_as!(
            Schedules,
            r#"
            SELECT full_schedule AS full, listing_schedule AS listing, time_zone
            FROM organization
            WHERE organization_id = $1
            FOR UPDATE
            "#,
            organization.0,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        sqlx::query!(
            r#"
            WITH unplanned AS (
                DELETE FROM schedule_run WHERE organization_id = $1
            )
            UPDATE organization
            SET full_schedule = $2, listing_schedule = $3, time_zone = $4, revision = revision + 1
            WHERE organization_id = $1
            "#,
            organization.0,
            schedules.full,
            schedules.listing,
            schedules.time_zone,
        )
        .execute(&mut *transaction)
        .await?;
        let entry = AuditEntry::of(AuditAction::SettingsChanged, "schedule")
            .about(organization)
            .before(json!(before))
            .after(json!(schedules));
        audit::write_change(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn plan(
    connection: &mut sqlx::PgConnection,
    due: &[Schedule],
    next: &(dyn Fn(&Schedule) -> Option<DateTime<Utc>> + Sync),
) -> Result<(), StoreError> {
    let organizations: Vec<i64> = due.iter().map(|it| it.organization.0).collect();
    let kinds: Vec<&str> = due.iter().map(|it| it.kind.slug()).collect();
    let next_at: Vec<Option<DateTime<Utc>>> = due.iter().map(next).collect();
    sqlx::query!(
        r#"
        WITH planned AS (
            SELECT planned.organization_id, planned.kind, planned.next_at
            FROM unnest($1::bigint[], $2::text[], $3::timestamptz[])
                AS planned (organization_id, kind, next_at)
        ),
        never AS (
            DELETE FROM schedule_run
            USING planned
            WHERE schedule_run.organization_id = planned.organization_id
              AND schedule_run.kind = planned.kind
              AND planned.next_at IS NULL
        )
        INSERT INTO schedule_run (organization_id, kind, next_at)
        SELECT organization_id, kind, next_at
        FROM planned
        WHERE next_at IS NOT NULL
        ON CONFLICT (organization_id, kind) DO UPDATE SET next_at = excluded.next_at
        "#,
        &organizations,
        &kinds as _,
        &next_at as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn enqueue_all(
    connection: &mut sqlx::PgConnection,
    schedules: impl Iterator<Item = &Schedule>,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let (organizations, kinds): (Vec<i64>, Vec<&str>) =
        schedules.map(|it| (it.organization.0, it.kind.slug())).unzip();
    let queued = sqlx::query!(
        r#"
        INSERT INTO job (kind, organization_id, trigger, state, priority, run_at, enqueued_at)
        SELECT due.kind, due.organization_id, $3, 'queued', $4, $5, $5
        FROM unnest($1::bigint[], $2::text[]) AS due (organization_id, kind)
        ON CONFLICT (organization_id, kind) WHERE state = 'queued' DO NOTHING
        "#,
        &organizations,
        &kinds as _,
        Trigger::Schedule.slug(),
        PRIORITY_SCHEDULE,
        now,
    )
    .execute(connection)
    .await?;
    Ok(queued.rows_affected())
}
