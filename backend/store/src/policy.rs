//! What an organization declares about its images, and by what policy the Dockerfiles of
//! each of its repositories are therefore scored.

use checklist::Policy;
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::touched::queue_look;
use crate::{AuditAction, OrganizationId, Store, StoreError, Trigger};

const MOST_PREFIXES: usize = 50;

/// Why hardened prefixes were not taken, in a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedPrefix {
    /// One of them is none.
    #[error("\u{201c}{prefix}\u{201d} cannot be used: {reason}.")]
    Bad {
        /// What was given.
        prefix: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// More than anybody has.
    #[error("That are too many: an organization has at most 50 prefixes.")]
    TooMany,
}

impl Store {
    /// The prefixes of references that an organization declares to be hardened images.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn hardened_prefixes(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<String>, StoreError> {
        prefixes_of(&mut *self.pool.acquire().await?, organization).await
    }

    /// Declares the prefixes, or says why not. A job then scores the stored contents by them,
    /// without asking GitHub.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_hardened_prefixes(
        &self,
        organization: OrganizationId,
        prefixes: &[String],
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Result<(), RefusedPrefix>, StoreError> {
        let mut prefixes: Vec<String> = prefixes.iter().map(|it| it.trim().to_owned()).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        if prefixes.len() > MOST_PREFIXES {
            return Ok(Err(RefusedPrefix::TooMany));
        }
        let bad = prefixes.iter().find_map(|it| Some((it, Policy::check_prefix(it).err()?)));
        if let Some((prefix, reason)) = bad {
            return Ok(Err(RefusedPrefix::Bad { prefix: prefix.clone(), reason }));
        }
        let mut transaction = self.pool.begin().await?;
        let before = sqlx::query_scalar!(
            r#"
            SELECT hardened_prefixes FROM organization WHERE organization_id = $1 FOR UPDATE
            "#,
            organization.0,
        );
        let before = before.fetch_one(&mut *transaction).await?;
        if before == prefixes {
            return Ok(Ok(()));
        }
        sqlx::query!(
            r#"
            UPDATE organization
            SET hardened_prefixes = $2, revision = revision + 1
            WHERE organization_id = $1
            "#,
            organization.0,
            &prefixes,
        )
        .execute(&mut *transaction)
        .await?;
        queue_look(&mut transaction, organization, Trigger::Person, now).await?;
        let entry = AuditEntry::of(AuditAction::SettingsChanged, "hardened prefixes")
            .about(organization)
            .before(json!(before))
            .after(json!(prefixes));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Says of each repository of an organization by what policy its reports are to be
    /// scored: the organization's prefixes and its own final target.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn refresh_policies(&self, organization: OrganizationId) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let hardened_prefixes = prefixes_of(&mut transaction, organization).await?;
        let said = sqlx::query!(
            r#"
            SELECT DISTINCT repository.policy, settings.final_target AS "final_target?"
            FROM repository
            LEFT JOIN repository_settings AS settings USING (repository_id)
            WHERE repository.organization_id = $1
            "#,
            organization.0,
        )
        .fetch_all(&mut *transaction)
        .await?;
        for it in said {
            let hardened_prefixes = hardened_prefixes.clone();
            let policy = Policy { hardened_prefixes, target: it.final_target.clone() }.text();
            if policy == it.policy {
                continue;
            }
            sqlx::query!(
                r#"
                UPDATE repository
                SET policy = $4
                FROM repository AS old
                LEFT JOIN repository_settings AS settings USING (repository_id)
                WHERE repository.repository_id = old.repository_id
                  AND old.organization_id = $1
                  AND old.policy = $2
                  AND settings.final_target IS NOT DISTINCT FROM $3
                "#,
                organization.0,
                it.policy,
                it.final_target,
                policy,
            )
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

async fn prefixes_of(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
) -> Result<Vec<String>, StoreError> {
    let prefixes = sqlx::query_scalar!(
        r#"SELECT hardened_prefixes FROM organization WHERE organization_id = $1"#,
        organization.0,
    );
    Ok(prefixes.fetch_one(connection).await?)
}
