//! A whole organization written at once, for measurements: thousands of repositories with the
//! years behind them. Rows come ready from `drydock-bench`; what pages add up is summed here
//! by the very code that a crawl uses, and [`Store::recount`] says whether all of it agrees.

mod names;
mod recount;
mod rows;

use checklist::Item;
use chrono::{DateTime, Utc};
use sqlx::types::Json;

pub use names::{SeededFile, SeededNames};
pub use recount::Recount;
pub use rows::{
    CampaignRow, ChangeRow, CrawlFailureRow, CrawlRow, DecisionRow, FileRow, ItemRow,
    OrganizationDayRow, OrganizationRow, ProgressRow, RepositoryDayRow, RepositoryRow,
    SavedViewRow, SeedRows,
};

use crate::progress::{prefer_indexes, refresh_progress};
use crate::{OrganizationId, Store, StoreError};

/// Repositories whose sums are refreshed in one transaction.
const SUMMED_AT_ONCE: usize = 500;

impl Store {
    /// Adds an organization whose crawls never fall due by themselves.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn seed_organization(
        &self,
        row: &OrganizationRow,
    ) -> Result<OrganizationId, StoreError> {
        let id = sqlx::query_scalar!(
            r#"
            WITH added AS (
                INSERT INTO organization
                    (github_id, login, added_at, crawled_at, pushed_watermark, target_on, revision)
                VALUES (1, $1, $2, $3, $3, $4, 1)
                RETURNING organization_id
            ),
            never AS (
                INSERT INTO schedule_run (organization_id, kind, next_at)
                SELECT organization_id, kind, '2999-01-01'
                FROM added, unnest(ARRAY['full-crawl', 'listing-crawl']) AS kind
            )
            SELECT organization_id FROM added
            "#,
            row.login.as_str(),
            row.added_at,
            row.crawled_at,
            row.target_on,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(OrganizationId(id))
    }

    /// Writes repositories with everything below them, in one transaction. Contents and
    /// their reports are there before.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn seed_rows(
        &self,
        organization: OrganizationId,
        rows: &SeedRows,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let connection = &mut *transaction;
        let repositories = Json(&rows.repositories);
        sqlx::query_file!("sql/seed/repositories.sql", repositories as _, organization.0)
            .execute(&mut *connection)
            .await?;
        sqlx::query_file!("sql/seed/progress.sql", Json(&rows.progress) as _)
            .execute(&mut *connection)
            .await?;
        sqlx::query_file!("sql/seed/files.sql", Json(&rows.files) as _)
            .execute(&mut *connection)
            .await?;
        sqlx::query_file!("sql/seed/items.sql", Json(&rows.items) as _)
            .execute(&mut *connection)
            .await?;
        sqlx::query_file!("sql/seed/changes.sql", Json(&rows.changes) as _)
            .execute(&mut *connection)
            .await?;
        sqlx::query_file!("sql/seed/decisions.sql", Json(&rows.decisions) as _)
            .execute(&mut *connection)
            .await?;
        sqlx::query_file!("sql/seed/repository_days.sql", Json(&rows.days) as _)
            .execute(&mut *connection)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Writes what an organization has beside its repositories: days, crawls, campaigns, views.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn seed_history(
        &self,
        organization: OrganizationId,
        days: &[OrganizationDayRow],
        crawls: &[CrawlRow],
        failures: &[CrawlFailureRow],
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query_file!("sql/seed/organization_days.sql", Json(days) as _, organization.0)
            .execute(&mut *transaction)
            .await?;
        sqlx::query_file!("sql/seed/crawls.sql", Json(crawls) as _, organization.0)
            .execute(&mut *transaction)
            .await?;
        sqlx::query_file!("sql/seed/crawl_failures.sql", Json(failures) as _)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Writes an organization's campaigns and saved views.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn seed_campaigns(
        &self,
        organization: OrganizationId,
        campaigns: &[CampaignRow],
        views: &[SavedViewRow],
    ) -> Result<(), StoreError> {
        sqlx::query_file!("sql/seed/campaigns.sql", Json(campaigns) as _, organization.0)
            .execute(&self.pool)
            .await?;
        sqlx::query_file!("sql/seed/saved_views.sql", Json(views) as _, organization.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Sums every repository as a crawl does, and lets Postgres look at its tables, so that
    /// it plans as in a database that grew by itself.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn finish_seed(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!("ANALYZE").execute(&self.pool).await?;
        let ids = sqlx::query_scalar!("SELECT repository_id FROM repository ORDER BY 1")
            .fetch_all(&self.pool)
            .await?;
        for some in ids.chunks(SUMMED_AT_ONCE) {
            let mut transaction = self.pool.begin().await?;
            prefer_indexes(&mut transaction).await?;
            refresh_progress(&mut transaction, some, now).await?;
            transaction.commit().await?;
        }
        // The keys were given; the next row must not take one of them.
        sqlx::query!(
            r#"
            SELECT setval(pg_get_serial_sequence('dockerfile', 'dockerfile_id'),
                          (SELECT coalesce(max(dockerfile_id), 1) FROM dockerfile)) AS dockerfile,
                   setval(pg_get_serial_sequence('crawl', 'crawl_id'),
                          (SELECT coalesce(max(crawl_id), 1) FROM crawl)) AS crawl
            "#
        )
        .fetch_one(&self.pool)
        .await?;
        sqlx::query!("VACUUM ANALYZE").execute(&self.pool).await?;
        Ok(())
    }
}

/// The checklist's items in their order, as SQL takes them.
fn items() -> Vec<String> {
    Item::ALL.map(|it| it.slug().to_owned()).to_vec()
}
