//! Campaigns: what somebody wants to be done by a day, begun, changed and ended.

use std::borrow::Cow;

use checklist::Item;
use chrono::{DateTime, NaiveDate, Utc};

use crate::text::storable;
use crate::{OrganizationId, Store, StoreError};

/// What a person says of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCampaign {
    /// Its name; no other running campaign of the organization has it.
    pub name: String,
    /// Which repositories: the query of the repositories' table; empty: all.
    pub filter: String,
    /// The items that count; empty: all eight.
    pub items: Vec<Item>,
    /// By when all is to be done.
    pub target_on: NaiveDate,
    /// Who looks after it, as text; may be empty.
    pub owner: String,
}

/// What became of a campaign that was to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CampaignSaved {
    /// It is saved under this id.
    As(i64),
    /// Another running campaign has the name.
    NameTaken,
    /// There is no such campaign, or it ended.
    Gone,
}

impl Store {
    /// Begins a campaign.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn begin_campaign(
        &self,
        organization: OrganizationId,
        new: &NewCampaign,
        now: DateTime<Utc>,
    ) -> Result<CampaignSaved, StoreError> {
        let (name, filter, owner) = texts(new);
        let id = sqlx::query_scalar!(
            r#"
            WITH saved AS (
                INSERT INTO campaign
                    (organization_id, name, filter, items, target_on, owner, created_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (organization_id, lower(name)) WHERE ended_at IS NULL DO NOTHING
                RETURNING campaign_id
            ),
            told AS (
                UPDATE organization SET revision = revision + 1
                WHERE organization_id = $1 AND EXISTS (SELECT FROM saved)
            )
            SELECT campaign_id FROM saved
            "#,
            organization.0,
            name.as_ref(),
            filter.as_ref(),
            &slugs(&new.items),
            new.target_on,
            owner.as_ref(),
            now,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(id.map_or(CampaignSaved::NameTaken, CampaignSaved::As))
    }

    /// Changes a running campaign.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn change_campaign(
        &self,
        organization: OrganizationId,
        campaign_id: i64,
        new: &NewCampaign,
    ) -> Result<CampaignSaved, StoreError> {
        let (name, filter, owner) = texts(new);
        let changed = sqlx::query_scalar!(
            r#"
            WITH saved AS (
                UPDATE campaign
                SET name = $3, filter = $4, items = $5, target_on = $6, owner = $7
                WHERE campaign_id = $2 AND organization_id = $1 AND ended_at IS NULL
                RETURNING campaign_id
            ),
            told AS (
                UPDATE organization SET revision = revision + 1
                WHERE organization_id = $1 AND EXISTS (SELECT FROM saved)
            )
            SELECT campaign_id FROM saved
            "#,
            organization.0,
            campaign_id,
            name.as_ref(),
            filter.as_ref(),
            &slugs(&new.items),
            new.target_on,
            owner.as_ref(),
        )
        .fetch_optional(&self.pool)
        .await;
        match changed {
            Ok(id) => Ok(id.map_or(CampaignSaved::Gone, CampaignSaved::As)),
            Err(sqlx::Error::Database(refusal)) if refusal.is_unique_violation() => {
                Ok(CampaignSaved::NameTaken)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Ends a campaign. One that ended stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn end_campaign(
        &self,
        organization: OrganizationId,
        campaign_id: i64,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            WITH ended AS (
                UPDATE campaign SET ended_at = $3
                WHERE campaign_id = $2 AND organization_id = $1 AND ended_at IS NULL
                RETURNING campaign_id
            )
            UPDATE organization SET revision = revision + 1
            WHERE organization_id = $1 AND EXISTS (SELECT FROM ended)
            "#,
            organization.0,
            campaign_id,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

fn slugs(items: &[Item]) -> Vec<String> {
    items.iter().map(|it| it.slug().to_owned()).collect()
}

/// Name, filter and owner as Postgres holds them.
fn texts(new: &NewCampaign) -> (Cow<'_, str>, Cow<'_, str>, Cow<'_, str>) {
    (storable(&new.name), storable(&new.filter), storable(&new.owner))
}
