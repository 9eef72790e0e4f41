//! Campaigns: what somebody wants to be done by a day, begun, changed and ended.

use std::borrow::Cow;

use checklist::Item;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::audit::{self, Actor, AuditEntry};
use crate::text::storable;
use crate::{AuditAction, OrganizationId, Store, StoreError};

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
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<CampaignSaved, StoreError> {
        let (name, filter, owner) = texts(new);
        let mut transaction = self.pool.begin().await?;
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
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(id) = id else { return Ok(CampaignSaved::NameTaken) };
        let subject = subject(id, &name);
        let entry = AuditEntry::of(AuditAction::SettingsChanged, &subject).about(organization);
        audit::write(&mut transaction, actor, &entry.after(told(new)), now).await?;
        transaction.commit().await?;
        Ok(CampaignSaved::As(id))
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
        (actor, now): (&Actor, DateTime<Utc>),
    ) -> Result<CampaignSaved, StoreError> {
        let (name, filter, owner) = texts(new);
        let mut transaction = self.pool.begin().await?;
        let Some(before) = running(&mut transaction, organization, campaign_id).await? else {
            return Ok(CampaignSaved::Gone);
        };
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
        .fetch_optional(&mut *transaction)
        .await;
        match changed {
            Ok(_) => {}
            Err(sqlx::Error::Database(refusal)) if refusal.is_unique_violation() => {
                return Ok(CampaignSaved::NameTaken);
            }
            Err(error) => return Err(error.into()),
        }
        let subject = subject(campaign_id, &name);
        let entry = AuditEntry::of(AuditAction::SettingsChanged, &subject).about(organization);
        let entry = entry.before(before).after(told(new));
        audit::write_change(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(CampaignSaved::As(campaign_id))
    }

    /// Ends a campaign. One that ended stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn end_campaign(
        &self,
        organization: OrganizationId,
        campaign_id: i64,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let Some(before) = running(&mut transaction, organization, campaign_id).await? else {
            return Ok(());
        };
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
        .execute(&mut *transaction)
        .await?;
        let subject =
            subject(campaign_id, before.get("name").and_then(Value::as_str).unwrap_or_default());
        let entry = AuditEntry::of(AuditAction::SettingsChanged, &subject).about(organization);
        let entry = entry.before(before).after(json!({ "ended": true }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// A campaign that runs, as the audit log tells it; it stays so until the transaction ends.
async fn running(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
    campaign: i64,
) -> Result<Option<Value>, StoreError> {
    let row = sqlx::query!(
        r#"
        SELECT name, filter, items, target_on, owner
        FROM campaign
        WHERE campaign_id = $1 AND organization_id = $2 AND ended_at IS NULL
        FOR UPDATE
        "#,
        campaign,
        organization.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|it| {
        json!({
            "name": it.name,
            "filter": it.filter,
            "items": it.items,
            "target_on": it.target_on,
            "owner": it.owner,
        })
    }))
}

fn told(new: &NewCampaign) -> Value {
    let (name, filter, owner) = texts(new);
    json!({
        "name": name,
        "filter": filter,
        "items": slugs(&new.items),
        "target_on": new.target_on,
        "owner": owner,
    })
}

fn subject(campaign: i64, name: &str) -> String {
    format!("campaign {campaign}: {name}")
}

fn slugs(items: &[Item]) -> Vec<String> {
    items.iter().map(|it| it.slug().to_owned()).collect()
}

/// Name, filter and owner as Postgres holds them.
fn texts(new: &NewCampaign) -> (Cow<'_, str>, Cow<'_, str>, Cow<'_, str>) {
    (storable(&new.name), storable(&new.filter), storable(&new.owner))
}
