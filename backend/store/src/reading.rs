//! A reading: what a repository holds at one commit. Saved as a whole or not at all,
//! and only what changed: saving it twice changes nothing.

use checklist::Item;
use chrono::{DateTime, Utc};
use names::{BlobSha, CommitSha, FilePath, RepositoryId, TreeSha};
use sqlx::types::Json;

use crate::decision::{FileDecision, end_changed_decisions, save_file_decisions};
use crate::progress::{prefer_indexes, refresh_progress};
use crate::scope::{ScopeOf, scopes_of};
use crate::settings_file::{own_rules, save_settings};
use crate::text::storable;
use crate::{EngineVersion, FileKind, ReadSettings, Store, StoreError};

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
    /// Whether a link there has a container file's name, followed or not.
    pub has_links: bool,
    /// By which rules and catalogue their contents are scored.
    pub version: EngineVersion,
    /// The text of the policy that they are scored by.
    pub policy: String,
    /// What its settings files say; none leaves what was read last.
    pub settings: Option<ReadSettings>,
}

impl RepositoryReading {
    /// Whether its own file decides something.
    fn decides(&self) -> bool {
        self.settings.as_ref().is_some_and(|it| !it.own.decisions.is_empty())
    }
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
    /// Whose it is by `CODEOWNERS`.
    pub owner: Option<String>,
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
    /// The path rule that leaves it out of scope.
    excluded_by: Option<String>,
    owner: Option<std::borrow::Cow<'a, str>>,
}

impl<'a> FileRow<'a> {
    fn new(file: &'a ReadFile, scope: &ScopeOf) -> Self {
        let (blob_sha, unread_reason) = match &file.content {
            ReadContent::Scored(sha) => (Some(sha.as_str()), None),
            ReadContent::Unread(reason) => (None, Some(storable(reason))),
        };
        Self {
            path: file.path.as_str(),
            file_kind: file.kind.slug(),
            blob_sha,
            unread_reason,
            excluded_by: scope.excluded_by(file.path.as_str()).map(|it| storable(&it).into_owned()),
            owner: file.owner.as_deref().map(storable),
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
        self.save_readings(std::slice::from_ref(reading), now).await
    }

    /// Saves several readings in one transaction: each as [`Store::save_reading`] does.
    ///
    /// # Errors
    /// [`StoreError::NotScored`] if a content has no report of the readings' version;
    /// [`StoreError::Query`].
    pub async fn save_readings(
        &self,
        readings: &[RepositoryReading],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut ids: Vec<i64> = readings.iter().map(|it| it.repository.0).collect();
        // In one order everywhere, so that two writers never wait for each other in a circle.
        ids.sort_unstable();
        let mut transaction = self.pool.begin().await?;
        prefer_indexes(&mut transaction).await?;
        lock_repositories(&mut transaction, &ids).await?;
        // Under the locks, so that no reading is judged by a scope that was just changed.
        let mut scopes = scopes_of(&mut transaction, &ids).await?;
        for reading in readings {
            let scope = scopes.remove(&reading.repository.0).unwrap_or_default();
            save_one(&mut transaction, reading, scope, now).await?;
            save_head(&mut transaction, reading, now).await?;
        }
        let had_decisions = end_changed_decisions(&mut transaction, &ids, now).await?;
        for reading in readings.iter().filter(|it| had_decisions || it.decides()) {
            save_own_decisions(&mut transaction, reading, now).await?;
        }
        refresh_progress(&mut transaction, &ids, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Keeps that a repository has no commit any more, so that its Dockerfiles are gone.
    /// Does nothing if it had none.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn clear_repository(
        &self,
        repository: RepositoryId,
        version: &EngineVersion,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        prefer_indexes(&mut transaction).await?;
        let last = sqlx::query!(
            r#"
            UPDATE repository
            SET head_sha = NULL, tree_sha = NULL, head_committed_at = NULL, has_links = false
            FROM (
                SELECT repository_id, head_sha, tree_sha, policy
                FROM repository
                WHERE repository_id = $1
                FOR NO KEY UPDATE
            ) AS old
            WHERE repository.repository_id = old.repository_id AND old.head_sha IS NOT NULL
            RETURNING old.head_sha AS "head_sha!", old.tree_sha AS "tree_sha!", old.policy
            "#,
            repository.0,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(last) = last else { return Ok(()) };
        let nothing = RepositoryReading {
            repository,
            head: last.head_sha.parse()?,
            tree: last.tree_sha.parse()?,
            head_committed_at: now,
            files: Vec::new(),
            has_links: false,
            version: version.clone(),
            policy: last.policy,
            settings: Some(ReadSettings::default()),
        };
        save_one(&mut transaction, &nothing, ScopeOf::default(), now).await?;
        end_changed_decisions(&mut transaction, &[repository.0], now).await?;
        refresh_progress(&mut transaction, &[repository.0], now).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Two readings of one repository never mix.
pub(crate) async fn lock_repositories(
    connection: &mut sqlx::PgConnection,
    repositories: &[i64],
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        SELECT repository_id
        FROM repository
        WHERE repository_id = ANY($1)
        ORDER BY repository_id
        FOR NO KEY UPDATE
        "#,
        repositories,
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Saves what a reading found, but for its head.
async fn save_one(
    connection: &mut sqlx::PgConnection,
    reading: &RepositoryReading,
    mut scope: ScopeOf,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if let Some(settings) = &reading.settings {
        save_settings(connection, reading.repository.0, settings).await?;
        scope.own = own_rules(&settings.own.exclude, &settings.own.include);
    }
    save_files(connection, reading, &scope, now).await
}

/// Saves what a repository's own file decides about its Dockerfiles, where it was read.
async fn save_own_decisions(
    connection: &mut sqlx::PgConnection,
    reading: &RepositoryReading,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(settings) = &reading.settings else { return Ok(()) };
    let paths: Vec<&FilePath> = reading.files.iter().map(|it| &it.path).collect();
    let wanted = FileDecision::resolved(&settings.own.decisions, &paths);
    save_file_decisions(connection, reading.repository, &wanted, now).await
}

async fn save_files(
    connection: &mut sqlx::PgConnection,
    reading: &RepositoryReading,
    scope: &ScopeOf,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let files: Vec<FileRow<'_>> = reading.files.iter().map(|it| FileRow::new(it, scope)).collect();
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
        reading.policy,
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
    sqlx::query_file!(
        "sql/save_head.sql",
        reading.repository.0,
        reading.head.as_str(),
        reading.tree.as_str(),
        reading.head_committed_at,
        now,
        reading.has_links,
        reading.policy,
        reading.settings.is_some(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
