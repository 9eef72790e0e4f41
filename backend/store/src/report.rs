//! Contents and what the engine says about them: each scored once per rule version
//! and catalogue version, whoever has it.

use std::collections::HashSet;

use checklist::{FileState, Report, StageRole, Suggestion};
use chrono::{DateTime, Utc};
use names::BlobSha;
use sqlx::types::Json;

use crate::text::{storable, storable_json};
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
    /// The content; none where it is over the size limit.
    pub content: Option<Vec<u8>>,
}

#[derive(serde::Serialize)]
struct ReportRow<'a> {
    blob_sha: &'a str,
    file_kind: &'static str,
    file_state: &'static str,
    uses_dhi: bool,
    body: serde_json::Value,
    findings: Vec<FindingRow<'a>>,
    bases: Vec<BaseRow<'a>>,
}

#[derive(serde::Serialize)]
struct FindingRow<'a> {
    item: &'static str,
    ordinal: usize,
    code: &'a str,
    verdict: &'static str,
    first_line: Option<u32>,
    last_line: Option<u32>,
    message: std::borrow::Cow<'a, str>,
    fix: Option<std::borrow::Cow<'a, str>>,
}

#[derive(serde::Serialize)]
struct BaseRow<'a> {
    ordinal: usize,
    role: &'static str,
    reference: std::borrow::Cow<'a, str>,
    image: std::borrow::Cow<'a, str>,
    hardened: Option<bool>,
    suggestion_kind: &'static str,
    suggestion: Option<&'a str>,
}

impl<'a> TryFrom<&'a NewReport> for ReportRow<'a> {
    type Error = StoreError;

    fn try_from(new: &'a NewReport) -> Result<Self, StoreError> {
        let mut body = serde_json::to_value(&new.report).map_err(StoreError::Unstorable)?;
        storable_json(&mut body);
        Ok(Self {
            blob_sha: new.blob.as_str(),
            file_kind: new.kind.slug(),
            file_state: state_slug(new.report.state),
            uses_dhi: new.report.uses_dhi,
            body,
            findings: finding_rows(&new.report),
            bases: base_rows(&new.report),
        })
    }
}

fn finding_rows(report: &Report) -> Vec<FindingRow<'_>> {
    let items = checklist::Item::ALL.into_iter().zip(&report.outcomes);
    items
        .flat_map(|(item, outcome)| {
            outcome.findings.iter().enumerate().map(move |(ordinal, finding)| FindingRow {
                item: item.slug(),
                ordinal,
                code: &finding.code,
                verdict: finding.verdict.slug(),
                first_line: finding.lines.map(|it| it.first),
                last_line: finding.lines.map(|it| it.last),
                message: storable(&finding.message),
                fix: finding.fix.as_deref().map(storable),
            })
        })
        .collect()
}

fn base_rows(report: &Report) -> Vec<BaseRow<'_>> {
    let bases = report.bases.iter().enumerate();
    bases
        .map(|(ordinal, base)| {
            let (suggestion_kind, suggestion) = match &base.suggestion {
                Suggestion::Use(reference) => ("use", Some(reference.as_str())),
                Suggestion::AlreadyHardened => ("already-hardened", None),
                Suggestion::NoneExists => ("none-exists", None),
                Suggestion::NotKnown => ("not-known", None),
            };
            BaseRow {
                ordinal,
                role: role_slug(base.role),
                reference: storable(&base.reference),
                image: storable(&base.image),
                hardened: base.hardened,
                suggestion_kind,
                suggestion,
            }
        })
        .collect()
}

pub(crate) fn file_kind(slug: String) -> Result<FileKind, StoreError> {
    FileKind::from_slug(&slug).ok_or(StoreError::Corrupt(slug))
}

const fn state_slug(state: FileState) -> &'static str {
    match state {
        FileState::Readable => "readable",
        FileState::Template => "template",
        FileState::Windows => "windows",
        FileState::Unreadable => "unreadable",
    }
}

const fn role_slug(role: StageRole) -> &'static str {
    match role {
        StageRole::Final => "final",
        StageRole::Chain => "chain",
        StageRole::Build => "build",
        StageRole::Artifact => "artifact",
        StageRole::OtherTarget => "other-target",
        StageRole::Ignored => "ignored",
    }
}

impl Store {
    /// Which of these contents are scored already, and as which kind of file.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn known_reports(
        &self,
        blobs: &[BlobSha],
        version: &EngineVersion,
    ) -> Result<HashSet<(BlobSha, FileKind)>, StoreError> {
        let shas: Vec<&str> = blobs.iter().map(BlobSha::as_str).collect();
        let rows = sqlx::query!(
            r#"
            SELECT blob_sha, file_kind
            FROM report
            WHERE blob_sha = ANY($1) AND rule_version = $2 AND catalog_version = $3
            "#,
            &shas as _,
            version.rules,
            version.catalog,
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

    /// Contents of an organization's present Dockerfiles that no report of this version
    /// speaks about; at most `limit`. Empty once all are scored.
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
            .map(|row| {
                Ok(StoredBlob {
                    sha: row.blob_sha.parse()?,
                    kind: file_kind(row.file_kind)?,
                    content: row.content,
                })
            })
            .collect()
    }
}
