//! How verdicts changed, of an organization, a repository or one Dockerfile.

mod kinds;
mod log;
mod organization;
mod told;

use checklist::Item;
use chrono::{DateTime, Utc};
use names::{CommitSha, FilePath, RepositoryId};

use super::dockerfile::DockerfileId;
use super::words::{ItemVerdict, corrupt, item, item_verdict, name};
use crate::{Store, StoreError};

pub(super) use log::ChangeLog;

pub use kinds::{ChangeKind, ChangeSums};
pub use organization::{ChangeChoice, ChangeDecision, ChangeGroup, ChangeKey, ChangeStep};
pub use told::{Told, told};

/// One changed verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictChange {
    /// The Dockerfile.
    pub path: FilePath,
    /// The item.
    pub item: Item,
    /// The verdict before; none if the Dockerfile was not there.
    pub from: Option<ItemVerdict>,
    /// The verdict after; none if the Dockerfile went away.
    pub to: Option<ItemVerdict>,
    /// Why it changed.
    pub cause: ChangeCause,
    /// The commit that brought it.
    pub commit_sha: Option<CommitSha>,
    /// When that was.
    pub changed_at: DateTime<Utc>,
}

/// Why a verdict changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeCause {
    /// The Dockerfile was seen for the first time.
    FirstSight,
    /// A commit changed it.
    Commit,
    /// It was removed.
    Removed,
    /// Our rules changed.
    Rules,
    /// The catalogue of hardened images changed.
    Catalog,
    /// A person decided, or a decision ended.
    Decision,
    /// What the organization or the repository declares hardened or final changed.
    Policy,
}

impl ChangeCause {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::FirstSight,
        Self::Commit,
        Self::Removed,
        Self::Rules,
        Self::Catalog,
        Self::Decision,
        Self::Policy,
    ];

    /// The name in JSON and the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::FirstSight => "first-sight",
            Self::Commit => "commit",
            Self::Removed => "removed",
            Self::Rules => "rules",
            Self::Catalog => "catalog",
            Self::Decision => "decision",
            Self::Policy => "policy",
        }
    }

    pub(super) fn from_slug(slug: &str) -> Result<Self, StoreError> {
        let cause = Self::ALL.into_iter().find(|it| it.slug() == slug);
        cause.ok_or_else(|| corrupt("cause", slug))
    }
}

/// A row of `verdict_change` with its Dockerfile's path.
struct VerdictChangeRow {
    path: String,
    item: String,
    from_verdict: Option<String>,
    to_verdict: Option<String>,
    cause: String,
    commit_sha: Option<String>,
    changed_at: DateTime<Utc>,
}

impl VerdictChangeRow {
    fn read(self) -> Result<VerdictChange, StoreError> {
        Ok(VerdictChange {
            path: name(&self.path)?,
            item: item(&self.item)?,
            from: self.from_verdict.as_deref().map(item_verdict).transpose()?,
            to: self.to_verdict.as_deref().map(item_verdict).transpose()?,
            cause: ChangeCause::from_slug(&self.cause)?,
            commit_sha: self.commit_sha.as_deref().map(name).transpose()?,
            changed_at: self.changed_at,
        })
    }
}

impl Store {
    /// The newest changes of verdicts in a repository, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn changes_of(
        &self,
        repository: RepositoryId,
        limit: i64,
    ) -> Result<Vec<VerdictChange>, StoreError> {
        let rows = sqlx::query_as!(
            VerdictChangeRow,
            r#"
            SELECT dockerfile.path, verdict_change.item, verdict_change.from_verdict,
                   verdict_change.to_verdict, verdict_change.cause, verdict_change.commit_sha,
                   verdict_change.changed_at
            FROM verdict_change
            JOIN dockerfile USING (dockerfile_id)
            WHERE dockerfile.repository_id = $1
            ORDER BY verdict_change.changed_at DESC, dockerfile.path,
                     verdict_change.verdict_change_id
            LIMIT $2
            "#,
            repository.0,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(VerdictChangeRow::read).collect()
    }

    /// The changes of a Dockerfile's verdicts, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn changes_of_dockerfile(
        &self,
        dockerfile: DockerfileId,
        limit: i64,
    ) -> Result<Vec<VerdictChange>, StoreError> {
        let rows = sqlx::query_as!(
            VerdictChangeRow,
            r#"
            SELECT dockerfile.path, verdict_change.item, verdict_change.from_verdict,
                   verdict_change.to_verdict, verdict_change.cause, verdict_change.commit_sha,
                   verdict_change.changed_at
            FROM verdict_change
            JOIN dockerfile USING (dockerfile_id)
            WHERE verdict_change.dockerfile_id = $1
            ORDER BY verdict_change.changed_at DESC, verdict_change.verdict_change_id
            LIMIT $2
            "#,
            dockerfile.0,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(VerdictChangeRow::read).collect()
    }
}
