//! What GitHub lets a person read, remembered for a few minutes and no longer.

use chrono::{DateTime, TimeDelta, Utc};
use names::OrgLogin;

use crate::{OrganizationId, PersonId, Store, StoreError};

/// How long an answer of GitHub's holds.
pub(crate) const HOLDS: TimeDelta = TimeDelta::minutes(5);

/// An organization, and whether it is known what GitHub lets a person read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSight {
    /// Our own id.
    pub organization: OrganizationId,
    /// Its login.
    pub login: OrgLogin,
    /// When GitHub was asked; none if it must be.
    pub asked_at: Option<DateTime<Utc>>,
}

struct Row {
    organization_id: i64,
    login: String,
    asked_at: Option<DateTime<Utc>>,
}

/// What GitHub said a few minutes ago of one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSight {
    /// Our own id of the organization.
    pub organization: OrganizationId,
    /// GitHub's ids of its repositories that a person may read, in order.
    pub repositories: Vec<i64>,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
}

impl Store {
    /// Of every organization, when GitHub was asked what a person may read.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn sights(
        &self,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Vec<OrganizationSight>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            SELECT organization.organization_id, organization.login,
                   sight.asked_at AS "asked_at?"
            FROM organization
            LEFT JOIN sight ON sight.organization_id = organization.organization_id
                           AND sight.person_id = $1 AND sight.asked_at > $2
            ORDER BY organization.organization_id
            "#,
            person.0,
            now - HOLDS,
        )
        .fetch_all(&self.pool)
        .await?;
        let sight = |row: Row| {
            let organization = OrganizationId(row.organization_id);
            let login = row.login.parse()?;
            Ok(OrganizationSight { organization, login, asked_at: row.asked_at })
        };
        rows.into_iter().map(sight).collect()
    }

    /// Remembers which of an organization's repositories, by GitHub's ids, a person may read.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_sight(
        &self,
        person: PersonId,
        organization: OrganizationId,
        repositories: &[i64],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut repositories = repositories.to_vec();
        repositories.sort_unstable();
        repositories.dedup();
        sqlx::query!(
            r#"
            INSERT INTO sight (person_id, organization_id, repository_ids, asked_at)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (person_id, organization_id) DO UPDATE
            SET repository_ids = excluded.repository_ids, asked_at = excluded.asked_at
            WHERE sight.asked_at <= excluded.asked_at
            "#,
            person.0,
            organization.0,
            &repositories,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// What a person may read of some organizations; of those that GitHub must be asked about,
    /// nothing.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn known_sights(
        &self,
        person: PersonId,
        organizations: &[OrganizationId],
        now: DateTime<Utc>,
    ) -> Result<Vec<KnownSight>, StoreError> {
        let ids: Vec<i64> = organizations.iter().map(|it| it.0).collect();
        let rows = sqlx::query!(
            r#"
            SELECT organization_id, repository_ids, asked_at
            FROM sight
            WHERE person_id = $1 AND organization_id = ANY ($2) AND asked_at > $3
            ORDER BY organization_id
            "#,
            person.0,
            &ids,
            now - HOLDS,
        )
        .fetch_all(&self.pool)
        .await?;
        let known = rows.into_iter().map(|row| KnownSight {
            organization: OrganizationId(row.organization_id),
            repositories: row.repository_ids,
            asked_at: row.asked_at,
        });
        Ok(known.collect())
    }
}
