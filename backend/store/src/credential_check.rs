//! What was last found out about the credential of each organization, in sentences.

use chrono::{DateTime, Utc};
use names::OrgLogin;
use serde_json::json;
use sqlx::types::Json;

use crate::audit::{self, Actor, AuditEntry};
use crate::organization::add;
use crate::{AuditAction, NewOrganization, OrganizationId, Store, StoreError};

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

/// An organization that somebody named, once GitHub took its credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOrganization {
    /// Its login as GitHub spells it.
    pub login: OrgLogin,
    /// What was found out.
    pub check: CredentialCheck,
    /// Whether a credential was given; else one that was at hand does.
    pub has_given_credential: bool,
}

impl Store {
    /// Adds an organization that somebody named, if it is not there, and keeps what its
    /// credential is good for.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn name_organization(
        &self,
        named: &NamedOrganization,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<OrganizationId, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let new = NewOrganization { login: named.login.clone(), is_sample: false };
        let (id, is_new) = add(&mut transaction, &new, now).await?;
        save_check(&mut transaction, id, &named.check).await?;
        let subject = format!("organization {}", named.login);
        if is_new {
            let entry = AuditEntry::of(AuditAction::SettingsChanged, &subject).about(id);
            let entry = entry.after(json!({ "login": named.login.as_str() }));
            audit::write(&mut transaction, actor, &entry, now).await?;
        }
        if named.has_given_credential {
            let entry = AuditEntry::of(AuditAction::CredentialGiven, &subject).about(id);
            let entry = entry.after(json!({ "expires_at": named.check.expires_at }));
            audit::write(&mut transaction, actor, &entry, now).await?;
        }
        transaction.commit().await?;
        Ok(id)
    }

    /// Keeps what was found out in place of what was known before.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_credential_check(
        &self,
        organization: OrganizationId,
        check: &CredentialCheck,
    ) -> Result<(), StoreError> {
        save_check(&mut *self.pool.acquire().await?, organization, check).await
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

async fn save_check(
    connection: &mut sqlx::PgConnection,
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
    .execute(connection)
    .await?;
    Ok(())
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
