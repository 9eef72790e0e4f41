//! The past before the first crawl: what commits made of the Dockerfiles that the first
//! crawl found. `past.rs` reckons from it what the days before were like.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use names::{BlobSha, CommitSha, FilePath, RepoName, RepositoryId};
use serde::Serialize;
use sqlx::types::Json;

use crate::enqueue::queue;
use crate::job::lock_queue;
use crate::text::storable;
use crate::wakeup::wake_workers;
use crate::{
    EngineVersion, FileKind, JobKind, NewJob, OrganizationId, PRIORITY_HISTORY, Store, StoreError,
    Trigger,
};

/// After a back-fill that failed for good, it is not tried again for so long.
const AFTER_FAILURE: TimeDelta = TimeDelta::days(1);

/// A Dockerfile whose past was not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWithoutHistory {
    /// Where it stands in the order of all.
    pub key: HistoryKey,
    /// Its repository.
    pub repository: RepoName,
    /// Its path there.
    pub path: FilePath,
    /// The day with which its past begins.
    pub since: NaiveDate,
    /// The first reading: from then on crawls saw what stood there.
    pub until: DateTime<Utc>,
}

/// A Dockerfile's place in the order in which pasts are read: by repository.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HistoryKey {
    repository: i64,
    dockerfile: i64,
}

impl HistoryKey {
    /// The repository.
    #[must_use]
    pub fn repository(self) -> RepositoryId {
        RepositoryId(self.repository)
    }
}

/// The past of one Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadHistory {
    /// The Dockerfile.
    pub key: HistoryKey,
    /// What it is by its name.
    pub kind: FileKind,
    /// The day with which its past begins.
    pub since: NaiveDate,
    /// Its versions, a day at most once; or why they could not be had.
    pub versions: Result<Vec<PastVersion>, String>,
}

/// What stood at a path at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PastVersion {
    /// The day (UTC); that of the first version may be before the beginning.
    pub day: NaiveDate,
    /// The day's last commit.
    #[serde(rename = "commit_sha")]
    pub commit: CommitSha,
    /// Whether anything stood there.
    pub is_there: bool,
    /// The content; none where it cannot be read.
    #[serde(rename = "blob_sha")]
    pub blob: Option<BlobSha>,
}

#[derive(Serialize)]
struct HistoryRow<'a> {
    dockerfile_id: i64,
    file_kind: &'static str,
    since: NaiveDate,
    failure: Option<std::borrow::Cow<'a, str>>,
    versions: &'a [PastVersion],
}

impl<'a> From<&'a ReadHistory> for HistoryRow<'a> {
    fn from(history: &'a ReadHistory) -> Self {
        let (versions, failure): (&[_], _) = match &history.versions {
            Ok(versions) => (versions, None),
            Err(reason) => (&[], Some(storable(reason))),
        };
        Self {
            dockerfile_id: history.key.dockerfile,
            file_kind: history.kind.slug(),
            since: history.since,
            failure,
            versions,
        }
    }
}

impl Store {
    /// Queues the back-fill of an organization's past if anything is left of it: a past
    /// not read yet, or one reckoned by other rules. False if there is not, if it waits or
    /// runs already, or if it failed within a day.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn queue_history_if_needed(
        &self,
        organization: OrganizationId,
        version: &EngineVersion,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_queue(&mut transaction).await?;
        let is_needed = sqlx::query_file_scalar!(
            "sql/is_history_needed.sql",
            organization.0,
            version.rules,
            version.catalog,
            now - AFTER_FAILURE,
        )
        .fetch_one(&mut *transaction)
        .await?;
        if is_needed {
            let job = NewJob {
                kind: JobKind::History,
                organization,
                trigger: Trigger::First,
                priority: PRIORITY_HISTORY,
                run_at: now,
            };
            queue(&mut transaction, &job, now).await?;
            wake_workers(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(is_needed)
    }

    /// Dockerfiles of an organization whose past is to be read, those after a place in
    /// their order; at most `limit`. Their past begins `months` before they were seen.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn files_without_history(
        &self,
        organization: OrganizationId,
        after: HistoryKey,
        months: u16,
        limit: i64,
    ) -> Result<Vec<FileWithoutHistory>, StoreError> {
        let rows = sqlx::query_file!(
            "sql/files_without_history.sql",
            organization.0,
            after.repository,
            after.dockerfile,
            limit,
            i32::from(months),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(FileWithoutHistory {
                    key: HistoryKey {
                        repository: row.repository_id,
                        dockerfile: row.dockerfile_id,
                    },
                    repository: row.name.parse()?,
                    path: row.path.parse()?,
                    since: row.since,
                    until: row.until,
                })
            })
            .collect()
    }

    /// Keeps the pasts of Dockerfiles, all or none of these. They count from the next
    /// [`Store::reckon_past`].
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_history(
        &self,
        organization: OrganizationId,
        read: &[ReadHistory],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let rows: Vec<HistoryRow<'_>> = read.iter().map(HistoryRow::from).collect();
        sqlx::query_file!("sql/save_history.sql", organization.0, Json(&rows) as _, now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
