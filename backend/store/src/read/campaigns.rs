//! The campaigns of an organization.

use checklist::Item;
use chrono::{DateTime, NaiveDate, Utc};

use super::words::item;
use crate::{Store, StoreError};

/// What somebody wants to be done by a day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Campaign {
    /// Our own id.
    pub campaign_id: i64,
    /// Its name.
    pub name: String,
    /// Which repositories: the query of the repositories' table; empty: all.
    pub filter: String,
    /// The items that count; empty: all eight.
    pub items: Vec<Item>,
    /// By when all is to be done.
    pub target_on: NaiveDate,
    /// Who looks after it; may be empty.
    pub owner: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When a person ended it.
    pub ended_at: Option<DateTime<Utc>>,
}

struct Row {
    campaign_id: i64,
    name: String,
    filter: String,
    items: Vec<String>,
    target_on: NaiveDate,
    owner: String,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Campaign {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            campaign_id: row.campaign_id,
            name: row.name,
            filter: row.filter,
            items: row.items.iter().map(|it| item(it)).collect::<Result<_, _>>()?,
            target_on: row.target_on,
            owner: row.owner,
            created_at: row.created_at,
            ended_at: row.ended_at,
        })
    }
}

impl Store {
    /// The campaigns of an organization: running ones by their date, then ended ones,
    /// newest end first, at most 200 in all.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Corrupt`].
    pub async fn campaigns(&self, organization_id: i64) -> Result<Vec<Campaign>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            SELECT campaign_id, name, filter, items, target_on, owner, created_at, ended_at
            FROM campaign
            WHERE organization_id = $1
            ORDER BY ended_at DESC NULLS FIRST, target_on, campaign_id
            LIMIT 200
            "#,
            organization_id,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Campaign::try_from).collect()
    }

    /// One campaign of an organization.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Corrupt`].
    pub async fn campaign(
        &self,
        organization_id: i64,
        campaign_id: i64,
    ) -> Result<Option<Campaign>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            r#"
            SELECT campaign_id, name, filter, items, target_on, owner, created_at, ended_at
            FROM campaign
            WHERE organization_id = $1 AND campaign_id = $2
            "#,
            organization_id,
            campaign_id,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Campaign::try_from).transpose()
    }
}
