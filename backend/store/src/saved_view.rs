//! Views of the tables that somebody gave a name.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::{AuditAction, OrganizationId, Store, StoreError};

/// The table of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewPage {
    /// The repositories.
    Repositories,
    /// The Dockerfiles.
    Dockerfiles,
}

/// A view to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewView {
    /// Our own id of the organization.
    pub organization_id: i64,
    /// The table.
    pub page: ViewPage,
    /// What people call it; unique in its table, whatever the case.
    pub name: String,
    /// The query of its address, as the table itself prints it.
    pub query: String,
}

impl ViewPage {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Repositories, Self::Dockerfiles];

    /// The name in forms and the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Repositories => "repositories",
            Self::Dockerfiles => "dockerfiles",
        }
    }

    /// The table of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }
}

impl Store {
    /// Saves a view. False if there is one of this name already, which stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_view(
        &self,
        view: &NewView,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let done = sqlx::query!(
            r#"
            WITH saved AS (
                INSERT INTO saved_view (organization_id, name, page, query, saved_at)
                VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (organization_id, page, lower(name)) DO NOTHING
                RETURNING organization_id
            )
            UPDATE organization
            SET revision = revision + 1
            FROM saved
            WHERE organization.organization_id = saved.organization_id
            "#,
            view.organization_id,
            view.name,
            view.page.slug(),
            view.query,
            now,
        )
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let subject = subject(view.page.slug(), &view.name);
        let entry = AuditEntry::of(AuditAction::SettingsChanged, &subject)
            .about(OrganizationId(view.organization_id))
            .after(json!({ "query": view.query }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Deletes a view of an organization. False if there is none any more.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn delete_view(
        &self,
        organization_id: i64,
        saved_view_id: i64,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let gone = sqlx::query!(
            r#"
            WITH gone AS (
                DELETE FROM saved_view
                WHERE organization_id = $1 AND saved_view_id = $2
                RETURNING organization_id, page, name, query
            )
            UPDATE organization
            SET revision = revision + 1
            FROM gone
            WHERE organization.organization_id = gone.organization_id
            RETURNING gone.page, gone.name, gone.query
            "#,
            organization_id,
            saved_view_id,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(gone) = gone else { return Ok(false) };
        let subject = subject(&gone.page, &gone.name);
        let entry = AuditEntry::of(AuditAction::SettingsChanged, &subject)
            .about(OrganizationId(organization_id))
            .before(json!({ "query": gone.query }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

fn subject(page: &str, name: &str) -> String {
    format!("view of {page}: {name}")
}
