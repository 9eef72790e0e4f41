//! One repository: what it is, how far it is, how it came here.

use chrono::{DateTime, NaiveDate, Utc};
use names::{CommitSha, OrgLogin, RepoName, RepositoryId};

use super::RepositoryState;
use super::standing::Tally;
use super::words::{count, name, state};
use crate::{Exclusion, OrganizationId, Store, StoreError, Visibility};

/// What is known of a repository itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// GitHub's id.
    pub id: RepositoryId,
    /// Our own id of the organization.
    pub organization: OrganizationId,
    /// The organization, as GitHub writes it.
    pub owner: OrgLogin,
    /// The name, as GitHub writes it.
    pub name: RepoName,
    /// Whether the organization is the sample one.
    pub is_sample: bool,
    /// Who may see it on GitHub.
    pub visibility: Visibility,
    /// GitHub's main language.
    pub language: Option<String>,
    /// Who owns it, once that is known.
    pub team: Option<String>,
    /// The branch that was read.
    pub default_branch: Option<String>,
    /// Its head at the last complete reading.
    pub head_sha: Option<CommitSha>,
    /// When that head was committed.
    pub head_committed_at: Option<DateTime<Utc>>,
    /// Whether the repository has no commit at all.
    pub is_empty: bool,
    /// Why it could not be read at the last attempt.
    pub unreadable_reason: Option<String>,
    /// Why it is out of scope.
    pub excluded_by: Option<Exclusion>,
    /// When it was last read.
    pub crawled_at: Option<DateTime<Utc>>,
    /// Since when the organization's listing does not name it any more.
    pub gone_at: Option<DateTime<Utc>>,
    /// Why it is gone, in words.
    pub gone_reason: Option<String>,
    /// Its counts, once it was read.
    pub standing: Option<Standing>,
}

/// How far a repository is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: RepositoryState,
    /// Dockerfiles in scope.
    pub dockerfiles: u32,
    /// Dockerfiles that a rule leaves out.
    pub dockerfiles_excluded: u32,
    /// Verdicts over the Dockerfiles in scope, decisions included.
    pub tally: Tally,
    /// Items, of eight, with work left.
    pub items_left: u32,
    /// Since when it is finished.
    pub finished_at: Option<DateTime<Utc>>,
    /// When it last stopped being finished.
    pub slipped_back_at: Option<DateTime<Utc>>,
}

/// The counts at the end of one day on which they changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepositoryDay {
    /// The day, UTC.
    pub day: NaiveDate,
    /// The verdicts, decisions included.
    pub tally: Tally,
    /// Reckoned from the commits before the first crawl.
    pub is_reconstructed: bool,
}

struct RepositoryRow {
    repository_id: i64,
    organization_id: i64,
    login: String,
    name: String,
    is_sample: bool,
    visibility: String,
    language: Option<String>,
    team: Option<String>,
    default_branch: Option<String>,
    head_sha: Option<String>,
    head_committed_at: Option<DateTime<Utc>>,
    is_empty: bool,
    unreadable_reason: Option<String>,
    excluded_by: Option<String>,
    crawled_at: Option<DateTime<Utc>>,
    gone_at: Option<DateTime<Utc>>,
    gone_reason: Option<String>,
    state: Option<String>,
    dockerfiles: Option<i32>,
    dockerfiles_excluded: Option<i32>,
    met: Option<i32>,
    verified: Option<i32>,
    waived: Option<i32>,
    remaining: Option<i32>,
    verify: Option<i32>,
    unknown: Option<i32>,
    not_applicable: Option<i32>,
    items_left: Option<i32>,
    finished_at: Option<DateTime<Utc>>,
    slipped_back_at: Option<DateTime<Utc>>,
}

impl RepositoryRow {
    fn standing(&self) -> Result<Option<Standing>, StoreError> {
        let Some(slug) = &self.state else { return Ok(None) };
        let counted = |stored: Option<i32>| count(stored.unwrap_or_default());
        let summed = |stored: Option<i32>| i64::from(stored.unwrap_or_default());
        Ok(Some(Standing {
            state: state(slug)?,
            dockerfiles: counted(self.dockerfiles),
            dockerfiles_excluded: counted(self.dockerfiles_excluded),
            tally: Tally {
                met: summed(self.met),
                verified: summed(self.verified),
                verify: summed(self.verify),
                unknown: summed(self.unknown),
                remaining: summed(self.remaining),
                waived: summed(self.waived),
                not_applicable: summed(self.not_applicable),
            },
            items_left: counted(self.items_left),
            finished_at: self.finished_at,
            slipped_back_at: self.slipped_back_at,
        }))
    }

    fn read(self) -> Result<Repository, StoreError> {
        let standing = self.standing()?;
        Ok(Repository {
            id: RepositoryId(self.repository_id),
            organization: OrganizationId(self.organization_id),
            owner: name(&self.login)?,
            name: name(&self.name)?,
            is_sample: self.is_sample,
            visibility: self.visibility.try_into()?,
            language: self.language,
            team: self.team,
            default_branch: self.default_branch,
            head_sha: self.head_sha.as_deref().map(name).transpose()?,
            head_committed_at: self.head_committed_at,
            is_empty: self.is_empty,
            unreadable_reason: self.unreadable_reason,
            excluded_by: self.excluded_by.map(Exclusion::try_from).transpose()?,
            crawled_at: self.crawled_at,
            gone_at: self.gone_at,
            gone_reason: self.gone_reason,
            standing,
        })
    }
}

impl Store {
    /// One repository by name, whatever the case. Where a name was used twice,
    /// the repository that is still there.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn repository(
        &self,
        owner: &OrgLogin,
        name: &RepoName,
    ) -> Result<Option<Repository>, StoreError> {
        let row = sqlx::query_as!(
            RepositoryRow,
            r#"
            SELECT repository.repository_id, organization.organization_id, organization.login,
                   repository.name,
                   organization.is_sample, repository.visibility, repository.language,
                   repository.team, repository.default_branch, repository.head_sha,
                   repository.head_committed_at, repository.is_empty,
                   repository.unreadable_reason, repository.excluded_by,
                   repository.crawled_at, repository.gone_at, repository.gone_reason,
                   progress.state AS "state?", progress.dockerfiles AS "dockerfiles?",
                   progress.dockerfiles_excluded AS "dockerfiles_excluded?",
                   progress.met AS "met?", progress.verified AS "verified?",
                   progress.waived AS "waived?", progress.remaining AS "remaining?",
                   progress.verify AS "verify?", progress.unknown AS "unknown?",
                   progress.not_applicable AS "not_applicable?",
                   progress.items_left AS "items_left?", progress.finished_at AS "finished_at?",
                   progress.slipped_back_at AS "slipped_back_at?"
            FROM repository
            JOIN organization USING (organization_id)
            LEFT JOIN repository_progress AS progress USING (repository_id)
            WHERE lower(organization.login) = lower($1) AND lower(repository.name) = lower($2)
            ORDER BY repository.gone_at DESC NULLS FIRST
            LIMIT 1
            "#,
            owner.as_str(),
            name.as_str(),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(RepositoryRow::read).transpose()
    }

    /// The counts of a repository, one point for each day on which they changed.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn days_of(
        &self,
        repository: RepositoryId,
    ) -> Result<Vec<RepositoryDay>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT day, met, verified, verify, unknown, remaining, waived, not_applicable,
                   is_reconstructed
            FROM repository_day
            WHERE repository_id = $1
            ORDER BY day
            "#,
            repository.0,
        )
        .fetch_all(&self.pool)
        .await?;
        let day = rows.into_iter().map(|row| RepositoryDay {
            day: row.day,
            tally: Tally {
                met: row.met.into(),
                verified: row.verified.into(),
                verify: row.verify.into(),
                unknown: row.unknown.into(),
                remaining: row.remaining.into(),
                waived: row.waived.into(),
                not_applicable: row.not_applicable.into(),
            },
            is_reconstructed: row.is_reconstructed,
        });
        Ok(day.collect())
    }
}
