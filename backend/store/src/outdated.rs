//! Readings whose verdicts were made by older rules or an older catalogue.

use chrono::{DateTime, Utc};
use names::RepositoryId;

use crate::crawl_record::save_day;
use crate::present::content;
use crate::report::file_kind;
use crate::{
    EngineVersion, FileKind, OrganizationId, ReadFile, RepositoryReading, Store, StoreError,
};

impl Store {
    /// The last readings of an organization's repositories that hold a report of another
    /// version or policy, as they would be under this one. Once their contents are scored (see
    /// [`Store::unscored_blobs`]), saving them moves their verdicts without GitHub.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn outdated_readings(
        &self,
        organization: OrganizationId,
        version: &EngineVersion,
    ) -> Result<Vec<RepositoryReading>, StoreError> {
        let rows = sqlx::query_file_as!(
            OutdatedRow,
            "sql/outdated_readings.sql",
            organization.0,
            version.rules,
            version.catalog
        )
        .fetch_all(&self.pool)
        .await?;
        let mut readings: Vec<RepositoryReading> = Vec::new();
        for row in rows {
            let file = row.file()?;
            match readings.last_mut() {
                Some(last) if last.repository.0 == row.repository_id => last.files.push(file),
                Some(_) | None => readings.push(row.reading(file, version)?),
            }
        }
        Ok(readings)
    }

    /// Ends the scoring of an organization's contents by another version: its counts of the
    /// day carry that version from now on. Nothing if no crawl of it ever ended.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn finish_rescoring(
        &self,
        organization: OrganizationId,
        version: &EngineVersion,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let crawled = sqlx::query_scalar!(
            r#"
            UPDATE organization
            SET revision = revision + 1
            WHERE organization_id = $1 AND crawled_at IS NOT NULL
            RETURNING organization_id
            "#,
            organization.0,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(organization) = crawled {
            save_day(&mut transaction, organization, version, now).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

struct OutdatedRow {
    repository_id: i64,
    head_sha: String,
    tree_sha: String,
    head_committed_at: DateTime<Utc>,
    has_links: bool,
    path: String,
    file_kind: Option<String>,
    blob_sha: Option<String>,
    unread_reason: Option<String>,
    owner: Option<String>,
    policy: String,
}

impl OutdatedRow {
    fn file(&self) -> Result<ReadFile, StoreError> {
        let content = content(self.blob_sha.as_deref(), self.unread_reason.clone())?;
        let kind = match &self.file_kind {
            Some(slug) => file_kind(slug.clone())?,
            // An unread file has no report that could say; nothing depends on its kind.
            None => FileKind::Dockerfile,
        };
        Ok(ReadFile { path: self.path.parse()?, kind, content, owner: self.owner.clone() })
    }

    fn reading(
        self,
        file: ReadFile,
        version: &EngineVersion,
    ) -> Result<RepositoryReading, StoreError> {
        Ok(RepositoryReading {
            repository: RepositoryId(self.repository_id),
            head: self.head_sha.parse()?,
            tree: self.tree_sha.parse()?,
            head_committed_at: self.head_committed_at,
            files: vec![file],
            has_links: self.has_links,
            version: version.clone(),
            policy: self.policy,
            settings: None,
        })
    }
}
