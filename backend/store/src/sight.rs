//! What GitHub lets a person read, remembered for a few minutes and no longer.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{OrganizationId, PersonId, Store, StoreError};

/// How long an answer of GitHub's holds.
pub(crate) const HOLDS: TimeDelta = TimeDelta::minutes(5);

impl Store {
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
