//! The days before the first crawl, reckoned from the past of Dockerfiles.
//!
//! What crawls saw is never touched: reckoned days end before the first day seen.

use checklist::Item;
use chrono::{DateTime, Utc};

use crate::{EngineVersion, OrganizationId, Store, StoreError, StoredBlob};

impl Store {
    /// Stored contents of past versions that no report of this version speaks about; at
    /// most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn unscored_versions(
        &self,
        organization: OrganizationId,
        version: &EngineVersion,
        limit: i64,
    ) -> Result<Vec<StoredBlob>, StoreError> {
        let rows = sqlx::query_file!(
            "sql/unscored_versions.sql",
            organization.0,
            version.rules,
            version.catalog,
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| StoredBlob::read(&row.blob_sha, row.file_kind, row.policy, row.content))
            .collect()
    }

    /// Makes the organization's days before the first crawl anew from the versions kept
    /// and their reports of this version. Days that a crawl saw stay as they are.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn reckon_past(
        &self,
        organization: OrganizationId,
        version: &EngineVersion,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let items = i64::try_from(Item::ALL.len()).unwrap_or(i64::MAX);
        let (id, rules, catalog) = (organization.0, version.rules, &version.catalog);
        let mut transaction = self.pool.begin().await?;
        forget_past(&mut transaction, organization).await?;
        sqlx::query_file!("sql/reckon_repository_past.sql", id, rules, catalog, items)
            .execute(&mut *transaction)
            .await?;
        sqlx::query_file!("sql/reckon_organization_past.sql", id, rules, catalog, items)
            .execute(&mut *transaction)
            .await?;
        sqlx::query!(
            r#"
            INSERT INTO organization_history
                (organization_id, rule_version, catalog_version, reckoned_at)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (organization_id) DO UPDATE
            SET rule_version = excluded.rule_version,
                catalog_version = excluded.catalog_version,
                reckoned_at = excluded.reckoned_at
            "#,
            id,
            rules,
            catalog,
            now,
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Removes what was reckoned of an organization's past, and holds the lock that lets one
/// process at a time reckon it.
async fn forget_past(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"UPDATE organization SET revision = revision + 1 WHERE organization_id = $1"#,
        organization.0,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"DELETE FROM organization_day WHERE organization_id = $1 AND is_reconstructed"#,
        organization.0,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        DELETE FROM repository_day
        WHERE is_reconstructed AND repository_id IN (
            SELECT dockerfile.repository_id
            FROM dockerfile_history
            JOIN dockerfile USING (dockerfile_id)
            WHERE dockerfile_history.organization_id = $1
        )
        "#,
        organization.0,
    )
    .execute(&mut *connection)
    .await?;
    Ok(())
}
