//! Repositories as the listing names them: names, flags, scope.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use names::{CommitSha, RepoName, RepositoryId, TreeSha};
use sqlx::types::Json;

use crate::progress::{prefer_indexes, refresh_progress};
use crate::scope::scope_of;
use crate::team::Teams;
use crate::text::storable;
use crate::{Exclusion, OrganizationId, Store, StoreError, TeamSource, Visibility};

/// What the listing says about one repository.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ListedFacts {
    /// GitHub's database id.
    pub repository_id: RepositoryId,
    /// Its present name.
    pub name: RepoName,
    /// Who may see it.
    pub visibility: Visibility,
    /// Archived: out of scope unless the organization counts those.
    pub is_archived: bool,
    /// A fork: likewise.
    pub is_fork: bool,
    /// A template: likewise.
    pub is_template: bool,
    /// Disabled by GitHub: out of scope.
    pub is_disabled: bool,
    /// Without any commit.
    pub is_empty: bool,
    /// The language most of it is written in.
    pub language: Option<String>,
    /// Its topics.
    pub topics: Vec<String>,
    /// Whose it is by its topics.
    pub team: Option<String>,
    /// The branch that counts.
    pub default_branch: Option<String>,
    /// When somebody pushed last, to any branch.
    pub pushed_at: Option<DateTime<Utc>>,
}

#[derive(serde::Serialize)]
struct ListedRow<'a> {
    #[serde(flatten)]
    facts: &'a ListedFacts,
    settled_team: Option<String>,
    team_source: Option<&'static str>,
    excluded_by: Option<&'static str>,
}

/// What the store knows of a repository before a crawl looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The name at the last listing.
    pub name: RepoName,
    /// The head at the last complete reading; none until then.
    pub head: Option<CommitSha>,
    /// That head's root tree.
    pub tree: Option<TreeSha>,
    /// Whether a link there has a container file's name.
    pub has_links: bool,
    /// Whether its settings files were looked for.
    pub knows_settings: bool,
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
    tree_sha: Option<String>,
    has_links: bool,
    knows_settings: bool,
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
            tree: row.tree_sha.map(TreeSha::try_from).transpose()?,
            has_links: row.has_links,
            knows_settings: row.knows_settings,
            pushed_at: row.pushed_at,
            excluded_by: row.excluded_by.map(Exclusion::try_from).transpose()?,
            unreadable_reason: row.unreadable_reason,
        };
        Ok((RepositoryId(row.repository_id), known))
    }
}

impl Store {
    /// Those of these repositories that were ever listed, gone ones too, by whichever
    /// organization.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn known_repositories(
        &self,
        repositories: &[RepositoryId],
    ) -> Result<HashMap<RepositoryId, Known>, StoreError> {
        let ids: Vec<i64> = repositories.iter().map(|it| it.0).collect();
        let rows = sqlx::query_as!(
            KnownRow,
            r#"
            SELECT repository_id, name, head_sha, tree_sha, has_links, knows_settings, pushed_at,
                   excluded_by, unreadable_reason
            FROM repository
            WHERE repository_id = ANY($1)
            "#,
            &ids,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The present repositories of an organization that are not among the `listed` ones.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn unlisted_repositories(
        &self,
        organization: OrganizationId,
        listed: &[RepositoryId],
    ) -> Result<Vec<(RepositoryId, RepoName)>, StoreError> {
        let listed: Vec<i64> = listed.iter().map(|it| it.0).collect();
        let rows = sqlx::query!(
            r#"
            WITH unlisted AS (
                SELECT repository_id
                FROM repository
                WHERE organization_id = $1 AND gone_at IS NULL
                EXCEPT
                SELECT repository_id
                FROM unnest($2::bigint[]) AS listed (repository_id)
            )
            SELECT repository.repository_id, repository.name
            FROM unlisted
            JOIN repository USING (repository_id)
            ORDER BY repository_id
            "#,
            organization.0,
            &listed,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| Ok((RepositoryId(row.repository_id), row.name.parse()?)))
            .collect()
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
        let ids: Vec<i64> = listed.iter().map(|it| it.repository_id.0).collect();
        // One that came over from another organization changes that one's totals too.
        let left = sqlx::query_scalar!(
            r#"
            SELECT DISTINCT organization_id
            FROM repository
            WHERE repository_id = ANY($2) AND organization_id <> $1
            "#,
            organization.0,
            &ids,
        )
        .fetch_all(&mut *transaction)
        .await?;
        let scope = scope_of(&mut transaction, organization).await?;
        let teams = Teams::read(&mut transaction, organization, &ids).await?;
        let rows: Vec<ListedRow<'_>> = listed
            .iter()
            .map(|facts| {
                let (settled_team, source) = teams.of_listed(facts).unzip();
                let excluded_by = scope.exclusion(facts.into()).map(Exclusion::slug);
                let team_source = source.map(TeamSource::slug);
                ListedRow { facts, settled_team, team_source, excluded_by }
            })
            .collect();
        let changed =
            sqlx::query_file_scalar!("sql/save_listing.sql", organization.0, Json(rows) as _)
                .fetch_all(&mut *transaction)
                .await?;
        refresh_progress(&mut transaction, &changed, now).await?;
        if !left.is_empty() {
            sqlx::query!(
                r#"UPDATE organization SET revision = revision + 1 WHERE organization_id = ANY($1)"#,
                &left,
            )
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Takes repositories out of scope that the organization does not have any more, each
    /// with the reason in words. Listed again, they come back as they were.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn mark_gone(
        &self,
        organization: OrganizationId,
        gone: &[(RepositoryId, String)],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let ids: Vec<i64> = gone.iter().map(|it| it.0.0).collect();
        let reasons: Vec<String> = gone.iter().map(|it| storable(&it.1).into_owned()).collect();
        let mut transaction = self.pool.begin().await?;
        prefer_indexes(&mut transaction).await?;
        let changed = sqlx::query_scalar!(
            r#"
            UPDATE repository
            SET gone_at = $4, excluded_by = 'gone', gone_reason = gone.reason
            FROM unnest($2::bigint[], $3::text[]) AS gone (repository_id, reason)
            WHERE repository.organization_id = $1
              AND repository.repository_id = gone.repository_id
              AND repository.gone_at IS NULL
            RETURNING repository.repository_id
            "#,
            organization.0,
            &ids,
            &reasons,
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
            WITH marked AS (
                UPDATE repository
                SET unreadable_reason = $2
                WHERE repository_id = $1 AND unreadable_reason IS DISTINCT FROM $2
                RETURNING organization_id
            )
            UPDATE organization
            SET revision = revision + 1
            FROM marked
            WHERE organization.organization_id = marked.organization_id
            "#,
            repository.0,
            reason.as_ref(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
