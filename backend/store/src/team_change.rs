//! What people change about whose repositories are.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::team::{TeamRule, rules_of, settle, write_properties};
use crate::text::storable;
use crate::{AuditAction, OrganizationId, Store, StoreError};

impl Store {
    /// Sets the rules of an organization; its repositories' teams change with them. See
    /// [`TeamRule::check`].
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_team_rules(
        &self,
        organization: OrganizationId,
        rules: &[TeamRule],
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let globs: Vec<String> =
            rules.iter().map(|it| storable(it.glob.trim()).into_owned()).collect();
        let teams: Vec<String> =
            rules.iter().map(|it| storable(it.team.trim()).into_owned()).collect();
        let mut transaction = self.pool.begin().await?;
        let before = rules_of(&mut transaction, organization).await?;
        sqlx::query!(r#"DELETE FROM team_rule WHERE organization_id = $1"#, organization.0)
            .execute(&mut *transaction)
            .await?;
        sqlx::query!(
            r#"
            INSERT INTO team_rule (organization_id, ordinal, glob, team)
            SELECT $1, ordinal::integer, glob, team
            FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS given (glob, team, ordinal)
            "#,
            organization.0,
            &globs,
            &teams,
        )
        .execute(&mut *transaction)
        .await?;
        settle(&mut transaction, organization).await?;
        let after = rules_of(&mut transaction, organization).await?;
        let entry = AuditEntry::of(AuditAction::SettingsChanged, "team rules")
            .about(organization)
            .before(json!(before))
            .after(json!(after));
        audit::write_change(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Sets the custom property that names a repository's team; none: it is not asked for.
    /// Its values come with the next full crawl.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_team_property(
        &self,
        organization: OrganizationId,
        property: Option<&str>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let property = property.map(str::trim).filter(|it| !it.is_empty()).map(storable);
        let mut transaction = self.pool.begin().await?;
        let before = sqlx::query_scalar!(
            r#"SELECT team_property FROM organization WHERE organization_id = $1 FOR UPDATE"#,
            organization.0,
        );
        let before = before.fetch_optional(&mut *transaction).await?.flatten();
        if before.as_deref() == property.as_deref() {
            return Ok(());
        }
        sqlx::query!(
            r#"UPDATE organization SET team_property = $2 WHERE organization_id = $1"#,
            organization.0,
            property.as_deref(),
        )
        .execute(&mut *transaction)
        .await?;
        write_properties(&mut transaction, organization, &HashMap::new()).await?;
        settle(&mut transaction, organization).await?;
        let entry = AuditEntry::of(AuditAction::SettingsChanged, "team property")
            .about(organization)
            .before(json!(before))
            .after(json!(property));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(())
    }
}
