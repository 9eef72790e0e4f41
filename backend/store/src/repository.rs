//! Repositories as the listing names them: names, flags, scope.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use names::{CommitSha, RepoName, RepositoryId};
use sqlx::types::Json;

use crate::progress::{prefer_indexes, refresh_progress};
use crate::text::storable;
use crate::{Exclusion, OrganizationId, Store, StoreError, Visibility};

/// What the listing says about one repository.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ListedFacts {
    /// GitHub's database id.
    pub repository_id: RepositoryId,
    /// Its present name.
    pub name: RepoName,
    /// Who may see it.
    pub visibility: Visibility,
    /// Archived: out of scope.
    pub is_archived: bool,
    /// A fork: out of scope.
    pub is_fork: bool,
    /// A template: out of scope.
    pub is_template: bool,
    /// Disabled by GitHub: out of scope.
    pub is_disabled: bool,
    /// Without any commit.
    pub is_empty: bool,
    /// The language most of it is written in.
    pub language: Option<String>,
    /// Its topics.
    pub topics: Vec<String>,
    /// Who owns it, where that is known.
    pub team: Option<String>,
    /// The branch that counts.
    pub default_branch: Option<String>,
    /// When somebody pushed last, to any branch.
    pub pushed_at: Option<DateTime<Utc>>,
}

/// What the store knows of a repository before a crawl looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The name at the last listing.
    pub name: RepoName,
    /// The head at the last complete reading; none until then.
    pub head: Option<CommitSha>,
    /// When somebody had pushed last, as the last listing said.
    pub pushed_at: Option<DateTime<Utc>>,
    /// Why it is out of scope.
    pub excluded_by: Option<Exclusion>,
    /// Why it could not be read at the last attempt.
    pub unreadable_reason: Option<String>,
}

struct KnownRow {
    repository_id: i64,
    name: String,
    head_sha: Option<String>,
    pushed_at: Option<DateTime<Utc>>,
    excluded_by: Option<String>,
    unreadable_reason: Option<String>,
}

impl TryFrom<KnownRow> for (RepositoryId, Known) {
    type Error = StoreError;

    fn try_from(row: KnownRow) -> Result<Self, StoreError> {
        let known = Known {
            name: row.name.parse()?,
            head: row.head_sha.map(CommitSha::try_from).transpose()?,
            pushed_at: row.pushed_at,
            excluded_by: row.excluded_by.map(Exclusion::try_from).transpose()?,
            unreadable_reason: row.unreadable_reason,
        };
        Ok((RepositoryId(row.repository_id), known))
    }
}

impl Store {
    /// Every repository of an organization that was ever listed, gone ones too.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn known_repositories(
        &self,
        organization: OrganizationId,
    ) -> Result<HashMap<RepositoryId, Known>, StoreError> {
        let rows = sqlx::query_as!(
            KnownRow,
            r#"
            SELECT repository_id, name, head_sha, pushed_at, excluded_by, unreadable_reason
            FROM repository
            WHERE organization_id = $1
            "#,
            organization.0,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Keeps what a page of the listing says, in one transaction. A repository that
    /// says nothing new writes no row; one that enters or leaves the scope takes its
    /// verdicts into or out of the totals.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_listing(
        &self,
        organization: OrganizationId,
        listed: &[ListedFacts],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let changed =
            sqlx::query_file_scalar!("sql/save_listing.sql", organization.0, Json(listed) as _)
                .fetch_all(&mut *transaction)
                .await?;
        refresh_progress(&mut transaction, &changed, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes repositories out of scope that the organization does not list any more.
    /// Listed again, they come back as they were.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn mark_gone(
        &self,
        organization: OrganizationId,
        repositories: &[RepositoryId],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let ids: Vec<i64> = repositories.iter().map(|it| it.0).collect();
        let mut transaction = self.pool.begin().await?;
        prefer_indexes(&mut transaction).await?;
        let changed = sqlx::query_scalar!(
            r#"
            UPDATE repository
            SET gone_at = $3, excluded_by = 'gone'
            WHERE organization_id = $1 AND repository_id = ANY($2) AND gone_at IS NULL
            RETURNING repository_id
            "#,
            organization.0,
            &ids,
            now,
        )
        .fetch_all(&mut *transaction)
        .await?;
        refresh_progress(&mut transaction, &changed, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Notes why a repository could not be read. Its verdicts stay what they were.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn set_unreadable(
        &self,
        repository: RepositoryId,
        reason: &str,
    ) -> Result<(), StoreError> {
        let reason = storable(reason);
        sqlx::query!(
            r#"
            UPDATE repository
            SET unreadable_reason = $2
            WHERE repository_id = $1 AND unreadable_reason IS DISTINCT FROM $2
            "#,
            repository.0,
            reason.as_ref(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
