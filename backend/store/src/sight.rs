//! What GitHub lets a person read, remembered for a few minutes and no longer.

use chrono::{DateTime, TimeDelta, Utc};
use names::OrgLogin;

use crate::{OrganizationId, PersonId, Store, StoreError};

/// How long an answer of GitHub's holds.
pub(crate) const HOLDS: TimeDelta = TimeDelta::minutes(5);

/// An organization, and what GitHub lets a person read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSight {
    /// Our own id.
    pub organization: OrganizationId,
    /// Its login.
    pub login: OrgLogin,
    /// The repositories; none if GitHub must be asked.
    pub known: Option<KnownSight>,
}

struct Row {
    organization_id: i64,
    login: String,
    repository_ids: Option<Vec<i64>>,
    asked_at: Option<DateTime<Utc>>,
}

/// What GitHub said a few minutes ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSight {
    /// GitHub's ids, in order.
    pub repositories: Vec<i64>,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
}

impl Store {
    /// What a person may read of every organization.
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
                   sight.repository_ids AS "repository_ids?", sight.asked_at AS "asked_at?"
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
            let Row { organization_id, login, repository_ids, asked_at } = row;
            Ok(OrganizationSight {
                organization: OrganizationId(organization_id),
                login: login.parse()?,
                known: repository_ids
                    .zip(asked_at)
                    .map(|(repositories, asked_at)| KnownSight { repositories, asked_at }),
            })
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

    /// What a person may read, in order; none if GitHub must be asked.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn sight(
        &self,
        person: PersonId,
        organization: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        let ids = sqlx::query_scalar!(
            r#"
            SELECT repository_ids
            FROM sight
            WHERE person_id = $1 AND organization_id = $2 AND asked_at > $3
            "#,
            person.0,
            organization.0,
            now - HOLDS,
        );
        Ok(ids.fetch_optional(&self.pool).await?)
    }
}
