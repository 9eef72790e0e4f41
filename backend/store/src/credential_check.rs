//! What was last found out about the credential of each organization, in sentences.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use crate::{OrganizationId, Store, StoreError};

/// What a credential was good for when it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialCheck {
    /// When that was.
    pub checked_at: DateTime<Utc>,
    /// What it is and what it sees.
    pub sentences: Vec<String>,
    /// What needs somebody's attention.
    pub warnings: Vec<String>,
    /// When it ends; none if it does not, or is renewed by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Keeps what was found out in place of what was known before.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_credential_check(
        &self,
        organization: OrganizationId,
        check: &CredentialCheck,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            INSERT INTO credential_check
                (organization_id, checked_at, sentences, warnings, expires_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (organization_id) DO UPDATE
            SET checked_at = excluded.checked_at, sentences = excluded.sentences,
                warnings = excluded.warnings, expires_at = excluded.expires_at
            "#,
            organization.0,
            check.checked_at,
            Json(&check.sentences) as _,
            Json(&check.warnings) as _,
            check.expires_at,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// What is known of every organization's credential.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn credential_checks(
        &self,
    ) -> Result<Vec<(OrganizationId, CredentialCheck)>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT organization_id, checked_at, expires_at,
                   sentences AS "sentences: Json<Vec<String>>",
                   warnings AS "warnings: Json<Vec<String>>"
            FROM credential_check
            ORDER BY organization_id
            "#,
        )
        .fetch_all(&self.pool)
        .await?;
        let check = rows.into_iter().map(|row| {
            let check = CredentialCheck {
                checked_at: row.checked_at,
                sentences: row.sentences.0,
                warnings: row.warnings.0,
                expires_at: row.expires_at,
            };
            (OrganizationId(row.organization_id), check)
        });
        Ok(check.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewOrganization;

    #[tokio::test]
    async fn a_later_check_takes_the_place_of_an_earlier_one() {
        let store = crate::testing::store().await;
        let new = NewOrganization { login: "acme".parse().unwrap(), is_sample: false };
        let id = store.add_organization(&new, DateTime::UNIX_EPOCH).await.unwrap();
        assert_eq!(store.credential_checks().await.unwrap(), []);
        let check = |warning: &str| CredentialCheck {
            checked_at: DateTime::UNIX_EPOCH,
            sentences: vec!["It sees “all”.".to_owned()],
            warnings: vec![warning.to_owned()],
            expires_at: Some(DateTime::UNIX_EPOCH),
        };
        store.save_credential_check(id, &check("one")).await.unwrap();
        store.save_credential_check(id, &check("two")).await.unwrap();
        assert_eq!(store.credential_checks().await.unwrap(), [(id, check("two"))]);
    }
}
