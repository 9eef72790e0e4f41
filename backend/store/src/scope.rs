//! What is in scope: an organization's rules, what they leave out of it, and what others
//! would. A change of scope is no change of a verdict: only sums and the revision move.

use std::collections::HashMap;

use checklist::scope::{Globs, OwnRules, PathRules, defaults};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::progress::{prefer_indexes, refresh_progress};
use crate::reading::lock_repositories;
use crate::settings_file::own_rules;
use crate::{AuditAction, Exclusion, ListedFacts, OrganizationId, Store, StoreError};

mod judged;

use judged::Judged;

/// So many names of each kind are in a preview.
const SHOWN: usize = 50;

/// What an organization counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// Default path rules that are switched off, as [`checklist::scope::defaults`] has them.
    pub defaults_off: Vec<String>,
    /// Globs on paths that are left out beside the defaults.
    pub globs: Vec<String>,
    /// Archived repositories count.
    pub counts_archived: bool,
    /// Forks count.
    pub counts_forks: bool,
    /// Templates count.
    pub counts_templates: bool,
}

impl Scope {
    /// Whether every rule of it means something.
    ///
    /// # Errors
    /// The first one that does not, in a sentence for people.
    pub fn check(&self) -> Result<(), String> {
        if let Err((glob, error)) = Globs::new(&self.globs) {
            return Err(format!("\u{201c}{glob}\u{201d} cannot be used: {error}."));
        }
        match self.defaults_off.iter().find(|off| !defaults().any(|it| it == off.as_str())) {
            Some(off) => Err(format!("\u{201c}{off}\u{201d} is no default rule.")),
            None => Ok(()),
        }
    }

    fn rules(&self) -> PathRules {
        PathRules { defaults_off: self.defaults_off.clone(), globs: Globs::lenient(&self.globs) }
    }

    /// Why a listed repository is left out; nothing changes that for a disabled one.
    pub(crate) fn exclusion(&self, flags: Flags) -> Option<Exclusion> {
        let Flags { is_archived, is_disabled, is_fork, is_template } = flags;
        match () {
            () if is_archived && !self.counts_archived => Some(Exclusion::Archived),
            () if is_disabled => Some(Exclusion::Disabled),
            () if is_fork && !self.counts_forks => Some(Exclusion::Fork),
            () if is_template && !self.counts_templates => Some(Exclusion::Template),
            () => None,
        }
    }
}

/// What GitHub says of a repository that may leave it out.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "these are GitHub's own four flags")]
pub(crate) struct Flags {
    pub(crate) is_archived: bool,
    pub(crate) is_disabled: bool,
    pub(crate) is_fork: bool,
    pub(crate) is_template: bool,
}

impl From<&ListedFacts> for Flags {
    fn from(listed: &ListedFacts) -> Self {
        let ListedFacts { is_archived, is_disabled, is_fork, is_template, .. } = *listed;
        Self { is_archived, is_disabled, is_fork, is_template }
    }
}

/// What other rules would change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopePreview {
    /// Dockerfiles that leave, as `repository/path`.
    pub dockerfiles_leaving: Moving,
    /// Dockerfiles that enter.
    pub dockerfiles_entering: Moving,
    /// Repositories that leave as a whole.
    pub repositories_leaving: Moving,
    /// Repositories that enter.
    pub repositories_entering: Moving,
}

/// What enters or leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moving {
    /// How many.
    pub count: usize,
    /// The first fifty by name.
    pub first: Vec<String>,
}

/// By what the Dockerfiles of one repository are judged.
#[derive(Debug, Default)]
pub(crate) struct ScopeOf {
    rules: PathRules,
    pub(crate) own: OwnRules,
}

impl ScopeOf {
    pub(crate) fn excluded_by(&self, path: &str) -> Option<String> {
        self.rules.excluded_by(path, &self.own)
    }
}

/// By what the Dockerfiles of these repositories are judged, as far as it is stored.
pub(crate) async fn scopes_of(
    connection: &mut sqlx::PgConnection,
    repositories: &[i64],
) -> Result<HashMap<i64, ScopeOf>, StoreError> {
    let rows = sqlx::query!(
        r#"
        SELECT repository.repository_id AS "repository_id!",
               organization.scope_defaults_off AS "defaults_off!",
               ARRAY(
                   SELECT glob
                   FROM scope_rule
                   WHERE scope_rule.organization_id = organization.organization_id
                   ORDER BY glob
               ) AS "globs!: Vec<String>",
               coalesce(settings.exclude, '{}') AS "exclude!",
               coalesce(settings.include, '{}') AS "include!"
        FROM repository
        JOIN organization USING (organization_id)
        LEFT JOIN repository_settings AS settings USING (repository_id)
        WHERE repository.repository_id = ANY($1)
        "#,
        repositories,
    )
    .fetch_all(connection)
    .await?;
    let scopes = rows.into_iter().map(|row| {
        let rules = PathRules { defaults_off: row.defaults_off, globs: Globs::lenient(&row.globs) };
        (row.repository_id, ScopeOf { rules, own: own_rules(&row.exclude, &row.include) })
    });
    Ok(scopes.collect())
}

/// The rules of an organization, in a transaction of somebody else.
pub(crate) async fn scope_of(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
) -> Result<Scope, StoreError> {
    let row = sqlx::query!(
        r#"
        SELECT scope_defaults_off, counts_archived, counts_forks, counts_templates,
               ARRAY(
                   SELECT glob FROM scope_rule WHERE organization_id = $1 ORDER BY glob
               ) AS "globs!: Vec<String>"
        FROM organization
        WHERE organization_id = $1
        "#,
        organization.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(Scope {
        defaults_off: row.scope_defaults_off,
        globs: row.globs,
        counts_archived: row.counts_archived,
        counts_forks: row.counts_forks,
        counts_templates: row.counts_templates,
    })
}

impl Store {
    /// The rules of an organization.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn scope(&self, organization: OrganizationId) -> Result<Scope, StoreError> {
        scope_of(&mut *self.pool.acquire().await?, organization).await
    }

    /// Sets the rules of an organization and judges everything in it by them, in one
    /// transaction. See [`Scope::check`]: a glob that is none counts for nothing.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_scope(
        &self,
        organization: OrganizationId,
        scope: &Scope,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_organization(&mut transaction, organization).await?;
        let before = scope_of(&mut transaction, organization).await?;
        write_rules(&mut transaction, organization, scope).await?;
        let judged = Judged::read(&mut transaction, organization, scope).await?;
        prefer_indexes(&mut transaction).await?;
        let changed = judged.save(&mut transaction).await?;
        refresh_progress(&mut transaction, &changed, now).await?;
        let entry = AuditEntry::of(AuditAction::SettingsChanged, "scope")
            .about(organization)
            .before(json!(before))
            .after(json!(scope));
        audit::write_change(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What these rules would change; nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn scope_preview(
        &self,
        organization: OrganizationId,
        scope: &Scope,
    ) -> Result<ScopePreview, StoreError> {
        let mut connection = self.pool.acquire().await?;
        Ok(Judged::read(&mut connection, organization, scope).await?.preview())
    }
}

/// Waits for the readings that are being saved; those that come later see the new rules.
async fn lock_organization(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
) -> Result<(), StoreError> {
    let ids = sqlx::query_scalar!(
        r#"SELECT repository_id FROM repository WHERE organization_id = $1"#,
        organization.0
    )
    .fetch_all(&mut *connection)
    .await?;
    lock_repositories(connection, &ids).await
}

async fn write_rules(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
    scope: &Scope,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        UPDATE organization
        SET scope_defaults_off = $2,
            counts_archived = $3,
            counts_forks = $4,
            counts_templates = $5,
            revision = revision + 1
        WHERE organization_id = $1
        "#,
        organization.0,
        &scope.defaults_off,
        scope.counts_archived,
        scope.counts_forks,
        scope.counts_templates,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"DELETE FROM scope_rule WHERE organization_id = $1 AND glob <> ALL($2)"#,
        organization.0,
        &scope.globs,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        INSERT INTO scope_rule (organization_id, glob)
        SELECT $1, glob FROM unnest($2::text[]) AS given (glob)
        ON CONFLICT DO NOTHING
        "#,
        organization.0,
        &scope.globs,
    )
    .execute(connection)
    .await?;
    Ok(())
}
