//! What stands behind an organization's sums: its items, base images, teams and
//! milestones.

use checklist::{Item, Suggestion};
use chrono::{DateTime, Utc};
use names::RepoName;

use super::standing::Tally;
use super::words::{corrupt, item, name};
use crate::{Store, StoreError};

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

impl Store {
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
                   sum(each.verified) AS "verified!",
                   sum(each.waived) AS "waived!",
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
                    verified: row.verified,
                    verify: row.verify,
                    unknown: row.unknown,
                    remaining: row.remaining,
                    waived: row.waived,
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
                   sum(verified) AS "verified!",
                   sum(waived) AS "waived!",
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
                verified: row.verified,
                verify: row.verify,
                unknown: row.unknown,
                remaining: row.remaining,
                waived: row.waived,
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
