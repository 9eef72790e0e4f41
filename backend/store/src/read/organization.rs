//! An organization as every page's head shows it.

use chrono::{DateTime, NaiveDate, Utc};
use names::OrgLogin;

use super::words::corrupt;
use crate::{Store, StoreError};

/// What stands at the head of every page about an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationHeader {
    /// Our own id.
    pub organization_id: i64,
    /// Its login as GitHub spells it.
    pub login: OrgLogin,
    /// True for the sample that `drydock demo` shows.
    pub is_sample: bool,
    /// The cron expression of the nightly crawl.
    pub full_schedule: String,
    /// The time zone of the schedule.
    pub time_zone: String,
    /// By when all is to be finished.
    pub target_on: Option<NaiveDate>,
    /// When a crawl last ended well.
    pub crawled_at: Option<DateTime<Utc>>,
    /// The crawl that runs at this moment.
    pub running_crawl_id: Option<i64>,
    /// Grows with every change of what its pages show.
    pub revision: i64,
}

struct Row {
    organization_id: i64,
    login: String,
    is_sample: bool,
    full_schedule: String,
    time_zone: String,
    target_on: Option<NaiveDate>,
    crawled_at: Option<DateTime<Utc>>,
    running_crawl_id: Option<i64>,
    revision: i64,
}

impl TryFrom<Row> for OrganizationHeader {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: row.organization_id,
            login: row.login.parse().map_err(|_| corrupt("login", &row.login))?,
            is_sample: row.is_sample,
            full_schedule: row.full_schedule,
            time_zone: row.time_zone,
            target_on: row.target_on,
            crawled_at: row.crawled_at,
            running_crawl_id: row.running_crawl_id,
            revision: row.revision,
        })
    }
}

impl Store {
    /// Every organization, by login.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Corrupt`].
    pub async fn organization_headers(&self) -> Result<Vec<OrganizationHeader>, StoreError> {
        self.headers_of(None).await
    }

    /// The organization of a login, however its letters are cased.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Corrupt`].
    pub async fn organization_header(
        &self,
        login: &OrgLogin,
    ) -> Result<Option<OrganizationHeader>, StoreError> {
        Ok(self.headers_of(Some(login.as_str())).await?.pop())
    }

    async fn headers_of(&self, login: Option<&str>) -> Result<Vec<OrganizationHeader>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            SELECT organization_id,
                   login,
                   is_sample,
                   full_schedule,
                   time_zone,
                   target_on,
                   crawled_at,
                   revision,
                   (SELECT max(crawl_id) FROM crawl
                    WHERE crawl.organization_id = organization.organization_id
                      AND crawl.state = 'running') AS running_crawl_id
            FROM organization
            WHERE $1::text IS NULL OR lower(login) = lower($1)
            ORDER BY lower(login)
            "#,
            login,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(OrganizationHeader::try_from).collect()
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Query`] where it gives none.
    pub async fn answers(&self) -> Result<(), StoreError> {
        sqlx::query_scalar!(r#"SELECT 1 AS "one!""#).fetch_one(&self.pool).await?;
        Ok(())
    }
}
