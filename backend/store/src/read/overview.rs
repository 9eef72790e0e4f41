//! Are we on course: the sums, the history and the lists of an organization's overview.

use checklist::{Item, Suggestion};
use chrono::{DateTime, NaiveDate, Utc};
use names::RepoName;

use super::words::{corrupt, item, name};
use crate::{Store, StoreError};

/// Item verdicts counted over many Dockerfiles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Provably met.
    pub met: i64,
    /// A person must look.
    pub verify: i64,
    /// Could not be read.
    pub unknown: i64,
    /// Provably not met.
    pub remaining: i64,
    /// The subject does not occur; outside the denominator.
    pub not_applicable: i64,
}

/// Where an organization stands now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Our own id of the organization.
    pub organization_id: i64,
    /// Repositories in the count.
    pub repositories: i64,
    /// Of these, finished.
    pub finished: i64,
    /// Of these, finished since the given moment.
    pub finished_lately: i64,
    /// Of these, finished once and not any more.
    pub slipped_back: i64,
    /// Of these, with a verdict that a commit changed since the given moment.
    pub changed_lately: i64,
    /// Of these, finished but for one item.
    pub quick_wins: i64,
    /// Of these, not to be read at the last attempt.
    pub unreadable: i64,
    /// Repositories out of scope.
    pub out_of_scope: i64,
    /// Repositories without a Dockerfile in scope.
    pub no_dockerfile: i64,
    /// Dockerfiles in scope.
    pub dockerfiles: i64,
    /// Their item verdicts.
    pub tally: Tally,
}

/// The counts at the end of a day on which a crawl ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationDay {
    /// The day, UTC.
    pub day: NaiveDate,
    /// Repositories finished.
    pub finished: i64,
    /// Item verdicts.
    pub tally: Tally,
    /// With which rules and which catalogue: progress is compared within one edition.
    pub edition: (i32, String),
}

/// One item over all Dockerfiles in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemStanding {
    /// The item.
    pub item: Item,
    /// Verdicts of Dockerfiles.
    pub tally: Tally,
    /// Repositories with a Dockerfile at which the item is left.
    pub repositories_left: i64,
}

/// A base image that is no hardened image, and the work behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseImageWork {
    /// The reference as people write it.
    pub reference: String,
    /// Only build stages start from it.
    pub is_build: bool,
    /// The hardened image to use instead.
    pub suggestion: Suggestion,
    /// Dockerfiles that use it so.
    pub dockerfiles: i64,
}

/// A team's share of the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamStanding {
    /// None: no owner is known.
    pub team: Option<String>,
    /// Repositories in the count.
    pub repositories: i64,
    /// Of these, finished.
    pub finished: i64,
    /// Item verdicts.
    pub tally: Tally,
}

/// A repository that was finished or slipped back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// The repository.
    pub repository: RepoName,
    /// When.
    pub at: DateTime<Utc>,
    /// Slipped back instead of finished.
    pub is_slip: bool,
}

struct StandingRow {
    organization_id: i64,
    repositories: i64,
    finished: i64,
    finished_lately: i64,
    slipped_back: i64,
    changed_lately: i64,
    quick_wins: i64,
    unreadable: i64,
    out_of_scope: i64,
    no_dockerfile: i64,
    dockerfiles: i64,
    met: i64,
    verify: i64,
    unknown: i64,
    remaining: i64,
    not_applicable: i64,
}

impl From<StandingRow> for Standing {
    fn from(row: StandingRow) -> Self {
        Self {
            organization_id: row.organization_id,
            repositories: row.repositories,
            finished: row.finished,
            finished_lately: row.finished_lately,
            slipped_back: row.slipped_back,
            changed_lately: row.changed_lately,
            quick_wins: row.quick_wins,
            unreadable: row.unreadable,
            out_of_scope: row.out_of_scope,
            no_dockerfile: row.no_dockerfile,
            dockerfiles: row.dockerfiles,
            tally: Tally {
                met: row.met,
                verify: row.verify,
                unknown: row.unknown,
                remaining: row.remaining,
                not_applicable: row.not_applicable,
            },
        }
    }
}

impl Store {
    /// Where one organization stands, or every one; "lately" is since `since`.
    /// An organization without repositories is left out.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn standings(
        &self,
        organization_id: Option<i64>,
        since: DateTime<Utc>,
    ) -> Result<Vec<Standing>, StoreError> {
        let rows = sqlx::query_file_as!(StandingRow, "sql/standings.sql", organization_id, since)
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(Standing::from).collect())
    }

    /// The counts of every day on which a crawl ended, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn organization_days(
        &self,
        organization_id: i64,
    ) -> Result<Vec<OrganizationDay>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT day, repositories_finished, met, verify, unknown, remaining, not_applicable,
                   rule_version, catalog_version
            FROM organization_day
            WHERE organization_id = $1
            ORDER BY day
            "#,
            organization_id,
        )
        .fetch_all(&self.pool)
        .await?;
        let day = rows.into_iter().map(|row| OrganizationDay {
            day: row.day,
            finished: row.repositories_finished.into(),
            tally: Tally {
                met: row.met.into(),
                verify: row.verify.into(),
                unknown: row.unknown.into(),
                remaining: row.remaining.into(),
                not_applicable: row.not_applicable.into(),
            },
            edition: (row.rule_version, row.catalog_version),
        });
        Ok(day.collect())
    }

    /// The eight items over all Dockerfiles in scope, in the checklist's order.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Corrupt`].
    pub async fn item_standings(
        &self,
        organization_id: i64,
    ) -> Result<Vec<ItemStanding>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT each.item,
                   sum(each.met) AS "met!",
                   sum(each.verify) AS "verify!",
                   sum(each.unknown) AS "unknown!",
                   sum(each.remaining) AS "remaining!",
                   sum(each.not_applicable) AS "not_applicable!",
                   count(*) FILTER (WHERE each.remaining + each.verify + each.unknown > 0)
                       AS "repositories_left!"
            FROM repository_line AS line
            JOIN repository_item AS each USING (repository_id)
            WHERE line.organization_id = $1 AND line.is_counted
            GROUP BY each.item
            "#,
            organization_id,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut standings = Vec::with_capacity(rows.len());
        for row in rows {
            standings.push(ItemStanding {
                item: item(&row.item)?,
                tally: Tally {
                    met: row.met,
                    verify: row.verify,
                    unknown: row.unknown,
                    remaining: row.remaining,
                    not_applicable: row.not_applicable,
                },
                repositories_left: row.repositories_left,
            });
        }
        standings.sort_by_key(|it| it.item);
        Ok(standings)
    }

    /// The base images that are no hardened images, most Dockerfiles first.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Corrupt`].
    pub async fn base_image_work(
        &self,
        organization_id: i64,
        limit: i64,
    ) -> Result<Vec<BaseImageWork>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT used.reference,
                   used.role NOT IN ('final', 'chain') AS "is_build!",
                   mode() WITHIN GROUP (ORDER BY used.suggestion_kind) AS "kind!",
                   mode() WITHIN GROUP (ORDER BY used.suggestion) AS suggestion,
                   count(DISTINCT dockerfile.dockerfile_id) AS "dockerfiles!"
            FROM repository_line AS line
            JOIN dockerfile USING (repository_id)
            JOIN base_use AS used USING (report_id)
            WHERE line.organization_id = $1 AND line.is_counted
              AND dockerfile.removed_at IS NULL AND dockerfile.excluded_by IS NULL
              AND used.hardened IS NOT TRUE AND used.suggestion_kind <> 'already-hardened'
            GROUP BY used.reference, used.role NOT IN ('final', 'chain')
            ORDER BY count(DISTINCT dockerfile.dockerfile_id) DESC, used.reference, 2
            LIMIT $2
            "#,
            organization_id,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut work = Vec::with_capacity(rows.len());
        for row in rows {
            work.push(BaseImageWork {
                suggestion: suggestion(&row.kind, row.suggestion)?,
                reference: row.reference,
                is_build: row.is_build,
                dockerfiles: row.dockerfiles,
            });
        }
        Ok(work)
    }

    /// The teams, most work left first; those without an owner come last.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn team_standings(
        &self,
        organization_id: i64,
    ) -> Result<Vec<TeamStanding>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT team,
                   count(*) AS "repositories!",
                   count(*) FILTER (WHERE state = 'finished') AS "finished!",
                   sum(met) AS "met!",
                   sum(verify) AS "verify!",
                   sum(unknown) AS "unknown!",
                   sum(remaining) AS "remaining!",
                   sum(not_applicable) AS "not_applicable!"
            FROM repository_line
            WHERE organization_id = $1 AND is_counted
            GROUP BY team
            ORDER BY team IS NULL, sum(verify + unknown + remaining) DESC, team
            "#,
            organization_id,
        )
        .fetch_all(&self.pool)
        .await?;
        let team = rows.into_iter().map(|row| TeamStanding {
            team: row.team,
            repositories: row.repositories,
            finished: row.finished,
            tally: Tally {
                met: row.met,
                verify: row.verify,
                unknown: row.unknown,
                remaining: row.remaining,
                not_applicable: row.not_applicable,
            },
        });
        Ok(team.collect())
    }

    /// The repositories that were finished or slipped back since a moment, newest first.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Corrupt`].
    pub async fn milestones(
        &self,
        organization_id: i64,
        since: DateTime<Utc>,
    ) -> Result<Vec<Milestone>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT name AS "name!",
                   CASE WHEN has_slipped_back THEN slipped_back_at ELSE finished_at END AS "at!",
                   has_slipped_back AS "is_slip!"
            FROM repository_line
            WHERE organization_id = $1
              AND ((state = 'finished' AND finished_at >= $2)
                   OR (has_slipped_back AND slipped_back_at >= $2))
            ORDER BY 2 DESC, name
            "#,
            organization_id,
            since,
        )
        .fetch_all(&self.pool)
        .await?;
        let milestone = rows.into_iter().map(|row| {
            Ok(Milestone { repository: name(&row.name)?, at: row.at, is_slip: row.is_slip })
        });
        milestone.collect()
    }
}

fn suggestion(kind: &str, reference: Option<String>) -> Result<Suggestion, StoreError> {
    match (kind, reference) {
        ("use", Some(reference)) => Ok(Suggestion::Use(reference)),
        ("already-hardened", _) => Ok(Suggestion::AlreadyHardened),
        ("none-exists", _) => Ok(Suggestion::NoneExists),
        ("use" | "not-known", _) => Ok(Suggestion::NotKnown),
        (other, _) => Err(corrupt("suggestion", other)),
    }
}
