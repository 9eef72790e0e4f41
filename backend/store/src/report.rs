//! Contents and what the engine says about them: each scored once per rule version
//! and catalogue version, whoever has it.

use std::collections::HashSet;

use checklist::Report;
use chrono::{DateTime, Utc};
use names::BlobSha;
use sqlx::types::Json;

use crate::report_row::ReportRow;
use crate::{FileKind, OrganizationId, Store, StoreError};

/// By which rules and which catalogue a report was made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EngineVersion {
    /// The version of the rules.
    pub rules: i32,
    /// The version of the catalogue.
    pub catalog: String,
}

/// A content fetched from GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBlob {
    /// Its sha.
    pub sha: BlobSha,
    /// Its size in bytes.
    pub byte_size: u64,
    /// The content; none where it is over the size limit.
    pub content: Option<Vec<u8>>,
}

/// What the engine says about a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// The content.
    pub blob: BlobSha,
    /// By which kind of file name it was read.
    pub kind: FileKind,
    /// The text of the policy that it was scored by.
    pub policy: String,
    /// The report.
    pub report: Report,
}

/// A stored content that some Dockerfile has and that is not scored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBlob {
    /// Its sha.
    pub sha: BlobSha,
    /// By which kind of file name it is to be read.
    pub kind: FileKind,
    /// The text of the policy that it is to be scored by.
    pub policy: String,
    /// The content; none where it is over the size limit.
    pub content: Option<Vec<u8>>,
}

impl StoredBlob {
    /// What a row says about a stored content.
    pub(crate) fn read(
        sha: &str,
        kind: String,
        policy: String,
        content: Option<Vec<u8>>,
    ) -> Result<Self, StoreError> {
        Ok(Self { sha: sha.parse()?, kind: file_kind(kind)?, policy, content })
    }
}

pub(crate) fn file_kind(slug: String) -> Result<FileKind, StoreError> {
    FileKind::from_slug(&slug).ok_or(StoreError::Corrupt(slug))
}

impl Store {
    /// Which of these contents are scored by a policy already, and as which kind of file.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn known_reports(
        &self,
        blobs: &[BlobSha],
        version: &EngineVersion,
        policy: &str,
    ) -> Result<HashSet<(BlobSha, FileKind)>, StoreError> {
        let shas: Vec<&str> = blobs.iter().map(BlobSha::as_str).collect();
        let rows = sqlx::query!(
            r#"
            SELECT blob_sha, file_kind
            FROM report
            WHERE blob_sha = ANY($1)
              AND rule_version = $2
              AND catalog_version = $3
              AND policy = $4
            "#,
            &shas as _,
            version.rules,
            version.catalog,
            policy,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(|row| Ok((row.blob_sha.parse()?, file_kind(row.file_kind)?))).collect()
    }

    /// Those of these contents that are stored: they need no request to GitHub, even
    /// if they are not scored under the present version or name.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn known_blobs(&self, blobs: &[BlobSha]) -> Result<Vec<NewBlob>, StoreError> {
        let shas: Vec<&str> = blobs.iter().map(BlobSha::as_str).collect();
        let rows = sqlx::query!(
            r#"SELECT blob_sha, byte_size, content FROM blob WHERE blob_sha = ANY($1)"#,
            &shas as _,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(NewBlob {
                    sha: row.blob_sha.parse()?,
                    byte_size: row.byte_size.unsigned_abs().into(),
                    content: row.content,
                })
            })
            .collect()
    }

    /// Keeps contents. One that is there stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_blobs(
        &self,
        blobs: &[NewBlob],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let shas: Vec<&str> = blobs.iter().map(|it| it.sha.as_str()).collect();
        let sizes: Vec<i32> =
            blobs.iter().map(|it| i32::try_from(it.byte_size).unwrap_or(i32::MAX)).collect();
        let contents: Vec<Option<&[u8]>> = blobs.iter().map(|it| it.content.as_deref()).collect();
        sqlx::query!(
            r#"
            INSERT INTO blob (blob_sha, byte_size, content, fetched_at)
            SELECT fetched.blob_sha, fetched.byte_size, fetched.content, $4
            FROM unnest($1::text[], $2::integer[], $3::bytea[])
                AS fetched (blob_sha, byte_size, content)
            ORDER BY fetched.blob_sha
            ON CONFLICT (blob_sha) DO NOTHING
            "#,
            &shas as _,
            &sizes,
            &contents as _,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps what the engine says about stored contents, in one transaction. A report
    /// that is there stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Query`], also where a content is not stored.
    pub async fn save_reports(
        &self,
        reports: &[NewReport],
        version: &EngineVersion,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let rows: Vec<ReportRow<'_>> =
            reports.iter().map(ReportRow::try_from).collect::<Result<_, _>>()?;
        sqlx::query_file!(
            "sql/save_reports.sql",
            Json(&rows) as _,
            version.rules,
            version.catalog,
            now
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Contents of an organization's present Dockerfiles that no report of this version and
    /// their repositories' policy speaks about; at most `limit`. Empty once all are scored.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn unscored_blobs(
        &self,
        organization: OrganizationId,
        version: &EngineVersion,
        limit: i64,
    ) -> Result<Vec<StoredBlob>, StoreError> {
        let rows = sqlx::query_file!(
            "sql/unscored_blobs.sql",
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
}
