//! What nobody looks back at is forgotten, so that years of crawls do not fill the database:
//! a look every ten minutes is fifty thousand a year, nearly all of which found nothing.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{EngineVersion, OrganizationId, Store, StoreError};

/// How long a crawl that found nothing to do is shown.
const UNEVENTFUL: TimeDelta = TimeDelta::days(30);
/// How long ended jobs are kept, those that failed for good too.
const ENDED: TimeDelta = TimeDelta::days(90);
/// How long a report of other rules or another catalogue is kept: longer than any process goes
/// on with a catalogue that another one has replaced.
const REPLACED: TimeDelta = TimeDelta::days(7);

impl Store {
    /// Forgets an organization's crawls that found nothing to do a month ago, and its jobs
    /// that ended three months ago. Crawls that read or failed anything stay.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn forget_old(
        &self,
        organization: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            WITH old_job AS (
                DELETE FROM job
                WHERE organization_id = $1 AND state IN ('done', 'failed') AND ended_at < $2
            )
            DELETE FROM crawl
            WHERE organization_id = $1 AND started_at < $3 AND state = 'done' AND kind <> 'full'
              AND repositories_to_read = 0 AND repositories_failed = 0
            "#,
            organization.0,
            now - ENDED,
            now - UNEVENTFUL,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Forgets reports of other rules or another catalogue than the present ones that no
    /// Dockerfile shows any more: the catalogue changes nearly every day. Gives how many.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn forget_reports(
        &self,
        version: &EngineVersion,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let forgotten = sqlx::query!(
            r#"
            DELETE FROM report
            WHERE (rule_version, catalog_version) <> ($1, $2)
              AND scored_at < $3
              AND NOT EXISTS (
                  SELECT FROM dockerfile WHERE dockerfile.report_id = report.report_id
              )
            "#,
            version.rules,
            version.catalog,
            now - REPLACED,
        )
        .execute(&self.pool)
        .await?;
        Ok(forgotten.rows_affected())
    }
}
