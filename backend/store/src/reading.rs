//! A reading: what a repository holds at one commit. Saved as a whole or not at all,
//! and only what changed: saving it twice changes nothing.

use checklist::Item;
use chrono::{DateTime, Utc};
use names::{BlobSha, CommitSha, FilePath, RepositoryId, TreeSha};
use sqlx::types::Json;

use crate::progress::{prefer_indexes, refresh_progress};
use crate::report::file_kind;
use crate::text::storable;
use crate::{EngineVersion, FileKind, OrganizationId, Store, StoreError};

/// Everything about one repository at one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryReading {
    /// The repository.
    pub repository: RepositoryId,
    /// The head of its default branch.
    pub head: CommitSha,
    /// That commit's root tree.
    pub tree: TreeSha,
    /// When that commit was made.
    pub head_committed_at: DateTime<Utc>,
    /// Every Dockerfile that is there. One that is not named here is gone.
    pub files: Vec<ReadFile>,
    /// By which rules and catalogue their contents are scored.
    pub version: EngineVersion,
}

/// One Dockerfile of a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFile {
    /// Where it is.
    pub path: FilePath,
    /// What it is by its name.
    pub kind: FileKind,
    /// Its content.
    pub content: ReadContent,
    /// The path rule that leaves it out of scope, as a glob.
    pub excluded_by: Option<String>,
}

/// What became of a Dockerfile's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadContent {
    /// Stored and scored under this sha; see [`Store::save_reports`].
    Scored(BlobSha),
    /// It could not be had, for this reason: its eight items are unknown.
    Unread(String),
}

#[derive(serde::Serialize)]
struct FileRow<'a> {
    path: &'a str,
    file_kind: &'static str,
    blob_sha: Option<&'a str>,
    unread_reason: Option<std::borrow::Cow<'a, str>>,
    excluded_by: Option<&'a str>,
}

impl<'a> From<&'a ReadFile> for FileRow<'a> {
    fn from(file: &'a ReadFile) -> Self {
        let (blob_sha, unread_reason) = match &file.content {
            ReadContent::Scored(sha) => (Some(sha.as_str()), None),
            ReadContent::Unread(reason) => (None, Some(storable(reason))),
        };
        Self {
            path: file.path.as_str(),
            file_kind: file.kind.slug(),
            blob_sha,
            unread_reason,
            excluded_by: file.excluded_by.as_deref(),
        }
    }
}

impl Store {
    /// Saves a reading in one transaction: the Dockerfiles, their verdicts, what
    /// changed and why, the repository's sums, and last of all its head.
    ///
    /// # Errors
    /// [`StoreError::NotScored`] if a content has no report of the reading's version;
    /// [`StoreError::Query`].
    pub async fn save_reading(
        &self,
        reading: &RepositoryReading,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        prefer_indexes(&mut transaction).await?;
        lock_repository(&mut transaction, reading.repository).await?;
        save_files(&mut transaction, reading, now).await?;
        save_head(&mut transaction, reading, now).await?;
        refresh_progress(&mut transaction, &[reading.repository.0], now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The last readings of an organization's repositories that hold a report of another
    /// version, as they would be under this one. Once their contents are scored (see
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
}

/// Two readings of one repository never mix.
async fn lock_repository(
    connection: &mut sqlx::PgConnection,
    repository: RepositoryId,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"SELECT repository_id FROM repository WHERE repository_id = $1 FOR NO KEY UPDATE"#,
        repository.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

async fn save_files(
    connection: &mut sqlx::PgConnection,
    reading: &RepositoryReading,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let files: Vec<FileRow<'_>> = reading.files.iter().map(FileRow::from).collect();
    let items: Vec<&str> = Item::ALL.iter().map(|it| it.slug()).collect();
    let unscored = sqlx::query_file_scalar!(
        "sql/save_files.sql",
        reading.repository.0,
        Json(&files) as _,
        reading.version.rules,
        reading.version.catalog,
        reading.head.as_str(),
        reading.head_committed_at,
        now,
        &items as _,
    )
    .fetch_one(connection)
    .await?;
    match unscored {
        Some(path) => Err(StoreError::NotScored(path)),
        None => Ok(()),
    }
}

async fn save_head(
    connection: &mut sqlx::PgConnection,
    reading: &RepositoryReading,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        UPDATE repository
        SET head_sha = $2,
            tree_sha = $3,
            head_committed_at = $4,
            unreadable_reason = NULL,
            first_crawled_at = coalesce(first_crawled_at, $5),
            crawled_at = $5
        WHERE repository_id = $1
          AND (head_sha, tree_sha, head_committed_at, unreadable_reason)
              IS DISTINCT FROM ($2, $3, $4, NULL)
        "#,
        reading.repository.0,
        reading.head.as_str(),
        reading.tree.as_str(),
        reading.head_committed_at,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct OutdatedRow {
    repository_id: i64,
    head_sha: String,
    tree_sha: String,
    head_committed_at: DateTime<Utc>,
    path: String,
    file_kind: Option<String>,
    blob_sha: Option<String>,
    unread_reason: Option<String>,
    excluded_by: Option<String>,
}

impl OutdatedRow {
    fn file(&self) -> Result<ReadFile, StoreError> {
        let content = match &self.blob_sha {
            Some(sha) => ReadContent::Scored(sha.parse()?),
            None => ReadContent::Unread(self.unread_reason.clone().unwrap_or_default()),
        };
        let kind = match &self.file_kind {
            Some(slug) => file_kind(slug.clone())?,
            // An unread file has no report that could say; nothing depends on its kind.
            None => FileKind::Dockerfile,
        };
        Ok(ReadFile {
            path: self.path.parse()?,
            kind,
            content,
            excluded_by: self.excluded_by.clone(),
        })
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
            version: version.clone(),
        })
    }
}
