//! Crawls: what runs, what ran, how far it came and what failed.

use chrono::{DateTime, Utc};
use names::{FilePath, RepositoryId};

use crate::text::storable;
use crate::{CrawlId, CrawlKind, EngineVersion, OrganizationId, Store, StoreError, Trigger};

/// What a crawl counted so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct CrawlCounts {
    /// Repositories that the listing named.
    pub repositories_listed: u32,
    /// Repositories that changed and have to be read.
    pub repositories_to_read: u32,
    /// Those of them that are read.
    pub repositories_read: u32,
    /// Repositories whose head is the one that was read last.
    pub repositories_unchanged: u32,
    /// Repositories that could not be read.
    pub repositories_failed: u32,
    /// Dockerfiles found in the repositories that were read.
    pub dockerfiles: u32,
    /// Contents fetched from GitHub.
    pub blobs_fetched: u32,
    /// Requests to the REST API.
    pub rest_requests: u32,
    /// Requests to the GraphQL API.
    pub graphql_requests: u32,
    /// Points of the GraphQL budget.
    pub graphql_points: u32,
}

/// What a running crawl waits for, and what is left for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CrawlBudget {
    /// What it waits for, in words; none while it works.
    pub waiting_for: Option<String>,
    /// Until when it waits; none if that is not known.
    pub waiting_until: Option<DateTime<Utc>>,
    /// REST requests left in this hour, as last heard; none where limits are off.
    pub rest_left: Option<i64>,
    /// GraphQL points left in this hour, as last heard; none where limits are off.
    pub graphql_left: Option<i64>,
    /// When the budget heard of last comes back.
    pub resets_at: Option<DateTime<Utc>>,
}

/// How a crawl ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlEnd {
    /// What it counted.
    pub counts: CrawlCounts,
    /// By which rules and catalogue it scored; the organization's day carries both.
    pub version: EngineVersion,
    /// The newest push it has seen, where it saw the listing to its end or to the
    /// watermark; none leaves the watermark as it is.
    pub pushed_watermark: Option<DateTime<Utc>>,
}

/// What went wrong inside a crawl that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlFailure {
    /// The repository; none where the failure is not of one.
    pub repository: Option<RepositoryId>,
    /// The file, where it is of one.
    pub path: Option<FilePath>,
    /// Why, in words for people.
    pub reason: String,
}

impl Store {
    /// Begins a crawl. An older one of the same organization that still counts as
    /// running was cut off: it is marked as failed.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn begin_crawl(
        &self,
        organization: OrganizationId,
        kind: CrawlKind,
        trigger: Trigger,
        now: DateTime<Utc>,
    ) -> Result<CrawlId, StoreError> {
        let id = sqlx::query_scalar!(
            r#"
            WITH cut_off AS (
                UPDATE crawl
                SET state = 'failed',
                    ended_at = $4,
                    waiting_for = NULL,
                    waiting_until = NULL,
                    failure = 'it was cut off before it ended; the next crawl goes on from there'
                WHERE organization_id = $1 AND state = 'running'
            )
            INSERT INTO crawl (organization_id, kind, trigger, state, started_at)
            VALUES ($1, $2, $3, 'running', $4)
            RETURNING crawl_id
            "#,
            organization.0,
            kind.slug(),
            trigger.slug(),
            now,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(CrawlId(id))
    }

    /// Shows how far a crawl is.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn crawl_progress(
        &self,
        crawl: CrawlId,
        counts: &CrawlCounts,
    ) -> Result<(), StoreError> {
        save_counts(&self.pool, crawl, counts).await
    }

    /// Shows what a crawl waits for and what is left for it.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn crawl_budget(
        &self,
        crawl: CrawlId,
        budget: &CrawlBudget,
    ) -> Result<(), StoreError> {
        let left = |it: Option<i64>| it.map(|it| i32::try_from(it).unwrap_or(i32::MAX));
        sqlx::query!(
            r#"
            UPDATE crawl
            SET waiting_for = $2, waiting_until = $3, rest_left = $4, graphql_left = $5,
                budget_resets_at = $6
            WHERE crawl_id = $1
            "#,
            crawl.0,
            budget.waiting_for.as_deref(),
            budget.waiting_until,
            left(budget.rest_left),
            left(budget.graphql_left),
            budget.resets_at,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Ends a crawl well, in one transaction: its record, the organization's counts of
    /// the day, when the organization was crawled and how far its listing was seen.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn finish_crawl(
        &self,
        crawl: CrawlId,
        end: &CrawlEnd,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        save_counts(&mut *transaction, crawl, &end.counts).await?;
        let organization = sqlx::query_scalar!(
            r#"
            WITH ended AS (
                UPDATE crawl
                SET state = 'done', ended_at = $2, failure = NULL, waiting_for = NULL,
                    waiting_until = NULL
                WHERE crawl_id = $1
                RETURNING organization_id, kind
            )
            UPDATE organization
            -- A look at some says nothing about the others.
            SET crawled_at = CASE WHEN ended.kind = 'touched' THEN organization.crawled_at
                                  ELSE $2 END,
                pushed_watermark = greatest(organization.pushed_watermark, $3),
                revision = organization.revision + 1
            FROM ended
            WHERE organization.organization_id = ended.organization_id
            RETURNING organization.organization_id
            "#,
            crawl.0,
            now,
            end.pushed_watermark,
        )
        .fetch_one(&mut *transaction)
        .await?;
        save_day(&mut transaction, organization, &end.version, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends a crawl badly. What it saved stays; no verdict and no watermark changes.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn fail_crawl(
        &self,
        crawl: CrawlId,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let reason = storable(reason);
        sqlx::query!(
            r#"
            UPDATE crawl
            SET state = 'failed', ended_at = $3, failure = $2, waiting_for = NULL,
                waiting_until = NULL
            WHERE crawl_id = $1
            "#,
            crawl.0,
            reason.as_ref(),
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Notes what went wrong with a repository or a file while the crawl goes on.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn record_failure(
        &self,
        crawl: CrawlId,
        failure: &CrawlFailure,
    ) -> Result<(), StoreError> {
        let reason = storable(&failure.reason);
        sqlx::query!(
            r#"
            INSERT INTO crawl_failure (crawl_id, repository_id, path, reason)
            VALUES ($1, $2, $3, $4)
            "#,
            crawl.0,
            failure.repository.map(|it| it.0),
            failure.path.as_ref().map(FilePath::as_str),
            reason.as_ref(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Keeps an organization's counts of the day.
pub(crate) async fn save_day(
    connection: &mut sqlx::PgConnection,
    organization: i64,
    version: &EngineVersion,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query_file!(
        "sql/save_organization_day.sql",
        organization,
        now.date_naive(),
        version.rules,
        version.catalog,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_counts(
    connection: impl sqlx::PgExecutor<'_>,
    crawl: CrawlId,
    counts: &CrawlCounts,
) -> Result<(), StoreError> {
    sqlx::query_file!(
        "sql/save_crawl_counts.sql",
        crawl.0,
        stored(counts.repositories_listed),
        stored(counts.repositories_to_read),
        stored(counts.repositories_read),
        stored(counts.repositories_unchanged),
        stored(counts.repositories_failed),
        stored(counts.dockerfiles),
        stored(counts.blobs_fetched),
        stored(counts.rest_requests),
        stored(counts.graphql_requests),
        stored(counts.graphql_points),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A count as Postgres holds it; one beyond its range stays at the end of the range.
fn stored(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
