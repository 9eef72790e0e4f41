//! What waits, runs and comes next for each organization.

use chrono::{DateTime, Utc};
use names::OrgLogin;

use super::words::name;
use crate::{Store, StoreError};

/// An organization's schedule and queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationQueue {
    /// Our own id of the organization.
    pub organization_id: i64,
    /// Whether it has no repository on GitHub but those that are given.
    pub is_whole: bool,
    /// The organization.
    pub owner: OrgLogin,
    /// Cron text of the full crawl.
    pub full_schedule: String,
    /// Cron text of the cheap listing.
    pub listing_schedule: String,
    /// The time zone of both.
    pub time_zone: String,
    /// When the full crawl falls due next.
    pub next_full_at: Option<DateTime<Utc>>,
    /// When the cheap listing falls due next.
    pub next_listing_at: Option<DateTime<Utc>>,
    /// Since when a crawl waits for its turn.
    pub queued_at: Option<DateTime<Utc>>,
    /// Not before when that crawl may start.
    pub queued_until: Option<DateTime<Utc>>,
    /// Why its last attempt failed.
    pub queued_error: Option<String>,
    /// Whether a worker holds a job of it.
    pub is_claimed: bool,
    /// The crawl that runs.
    pub running_crawl: Option<i64>,
}

struct QueueRow {
    organization_id: i64,
    is_whole: bool,
    owner: String,
    full_schedule: String,
    listing_schedule: String,
    time_zone: String,
    next_full_at: Option<DateTime<Utc>>,
    next_listing_at: Option<DateTime<Utc>>,
    queued_at: Option<DateTime<Utc>>,
    queued_until: Option<DateTime<Utc>>,
    queued_error: Option<String>,
    is_claimed: bool,
    running_crawl: Option<i64>,
}

impl TryFrom<QueueRow> for OrganizationQueue {
    type Error = StoreError;

    fn try_from(row: QueueRow) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: row.organization_id,
            is_whole: row.is_whole,
            owner: name(&row.owner)?,
            full_schedule: row.full_schedule,
            listing_schedule: row.listing_schedule,
            time_zone: row.time_zone,
            next_full_at: row.next_full_at,
            next_listing_at: row.next_listing_at,
            queued_at: row.queued_at,
            queued_until: row.queued_until,
            queued_error: row.queued_error,
            is_claimed: row.is_claimed,
            running_crawl: row.running_crawl,
        })
    }
}

impl Store {
    /// Each organization's schedule and what waits or runs for it, by login; of some alone, where
    /// our own ids of them are given, and with some repositories alone, by GitHub's ids.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn queues(
        &self,
        organizations: Option<&[i64]>,
        repositories: Option<&[i64]>,
    ) -> Result<Vec<OrganizationQueue>, StoreError> {
        let rows = sqlx::query_file_as!(
            QueueRow,
            "sql/queues.sql",
            organizations as Option<&[i64]>,
            repositories as Option<&[i64]>,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(OrganizationQueue::try_from).collect()
    }

    /// The crawl that runs for an organization, and else its newest one.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn newest_crawl(&self, owner: &OrgLogin) -> Result<Option<i64>, StoreError> {
        let newest = sqlx::query_scalar!(
            r#"
            SELECT crawl.crawl_id
            FROM crawl
            JOIN organization USING (organization_id)
            WHERE lower(organization.login) = lower($1)
            ORDER BY crawl.state = 'running' DESC, crawl.started_at DESC
            LIMIT 1
            "#,
            owner.as_str(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(newest)
    }
}
