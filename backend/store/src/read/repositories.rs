//! The rows of the repositories table, and what it can be filtered by.

use checklist::Item;
use chrono::{DateTime, NaiveDate, Utc};
use names::{RepoName, RepositoryId};

use super::repository_filter::{RepositoryFilter, Slice, Team};
use super::standing::Tally;
use super::words::{RepositoryState, item, name, state};
use crate::{Store, StoreError};

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryLine {
    /// GitHub's id.
    pub repository_id: RepositoryId,
    /// The name.
    pub name: RepoName,
    /// The owner, if one is known.
    pub team: Option<String>,
    /// How far it is.
    pub state: RepositoryState,
    /// The main language.
    pub language: Option<String>,
    /// Archived on GitHub.
    pub is_archived: bool,
    /// Why it could not be read at the last attempt.
    pub unreadable_reason: Option<String>,
    /// Dockerfiles in scope.
    pub dockerfiles: i32,
    /// Items with anything left.
    pub items_left: i32,
    /// Item verdicts.
    pub tally: Tally,
    /// When its head was committed.
    pub committed_at: Option<DateTime<Utc>>,
    /// Per item with a Dockerfile in scope, in the checklist's order.
    pub items: Vec<(Item, Tally)>,
    /// The days on which its counts changed, oldest first: the day, met, counted.
    pub line: Vec<(NaiveDate, i32, i32)>,
}

/// The rows of a slice and how many there are in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepositoryLines {
    /// The rows.
    pub rows: Vec<RepositoryLine>,
    /// How many repositories match.
    pub total: i64,
}

/// What there is to choose from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// The teams, by name.
    pub teams: Vec<String>,
    /// The languages, by name.
    pub languages: Vec<String>,
    /// The base images most in use, without their tags.
    pub images: Vec<String>,
}

struct LineRow {
    repository_id: i64,
    name: String,
    team: Option<String>,
    state: String,
    language: Option<String>,
    is_archived: bool,
    unreadable_reason: Option<String>,
    dockerfiles: i32,
    items_left: i32,
    met: i32,
    verified: i32,
    verify: i32,
    unknown: i32,
    remaining: i32,
    waived: i32,
    not_applicable: i32,
    head_committed_at: Option<DateTime<Utc>>,
    total: i64,
}

impl Store {
    /// The repositories of an organization that a filter lets through.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Corrupt`].
    pub async fn repository_lines(
        &self,
        organization_id: i64,
        filter: &RepositoryFilter,
        slice: &Slice,
    ) -> Result<RepositoryLines, StoreError> {
        let rows = self.matching(organization_id, filter, slice).await?;
        let total = rows.first().map_or(0, |it| it.total);
        let mut lines = rows.into_iter().map(line).collect::<Result<Vec<_>, _>>()?;
        self.add_items(&mut lines).await?;
        self.add_days(&mut lines, slice.line_from).await?;
        Ok(RepositoryLines { rows: lines, total })
    }

    async fn matching(
        &self,
        organization_id: i64,
        filter: &RepositoryFilter,
        slice: &Slice,
    ) -> Result<Vec<LineRow>, StoreError> {
        let text = filter.text.as_deref();
        let (item, verdict) = filter.item.map(|(item, group)| (item.slug(), group.slug())).unzip();
        let (team, no_owner) = match &filter.team {
            Some(Team::Named(team)) => (Some(team.as_str()), false),
            Some(Team::NoOwner) => (None, true),
            None => (None, false),
        };
        let (lately, since) = filter.lately.map(|(what, since)| (what.slug(), since)).unzip();
        let (column, column_item) = slice.column.slugs();
        let rows = sqlx::query_file_as!(
            LineRow,
            "sql/repository_lines.sql",
            organization_id,
            text,
            item,
            verdict,
            team,
            no_owner,
            filter.state.slug(),
            filter.image.as_deref(),
            filter.language.as_deref(),
            filter.archived.slug(),
            filter.is_quick_win,
            lately,
            since,
            column,
            column_item,
            slice.is_descending,
            slice.line_from,
            slice.offset,
            slice.limit,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows)
    }

    async fn add_items(&self, lines: &mut [RepositoryLine]) -> Result<(), StoreError> {
        let ids: Vec<i64> = lines.iter().map(|it| it.repository_id.0).collect();
        let rows = sqlx::query!(
            r#"
            SELECT repository_id, item, met, verified, verify, unknown, remaining, waived,
                   not_applicable
            FROM repository_item
            WHERE repository_id = ANY($1)
            "#,
            &ids,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut by_id = std::collections::HashMap::<i64, Vec<(Item, Tally)>>::new();
        for row in rows {
            let tally = Tally {
                met: row.met.into(),
                verified: row.verified.into(),
                verify: row.verify.into(),
                unknown: row.unknown.into(),
                remaining: row.remaining.into(),
                waived: row.waived.into(),
                not_applicable: row.not_applicable.into(),
            };
            by_id.entry(row.repository_id).or_default().push((item(&row.item)?, tally));
        }
        for line in lines {
            line.items = by_id.remove(&line.repository_id.0).unwrap_or_default();
            line.items.sort_by_key(|(item, _)| *item);
        }
        Ok(())
    }

    /// Adds each repository's counts since `from`, and its last ones before.
    async fn add_days(
        &self,
        lines: &mut [RepositoryLine],
        from: NaiveDate,
    ) -> Result<(), StoreError> {
        let ids: Vec<i64> = lines.iter().map(|it| it.repository_id.0).collect();
        let rows = sqlx::query!(
            r#"
            SELECT each.repository_id, each.day, each.met,
                   each.met + each.remaining + each.verify + each.unknown AS "counted!"
            FROM repository_day AS each
            WHERE each.repository_id = ANY($1)
              AND each.day >= coalesce(
                  (SELECT max(before.day) FROM repository_day AS before
                   WHERE before.repository_id = each.repository_id AND before.day <= $2),
                  $2)
            ORDER BY each.day
            "#,
            &ids,
            from,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut by_id = std::collections::HashMap::<i64, Vec<(NaiveDate, i32, i32)>>::new();
        for row in rows {
            by_id.entry(row.repository_id).or_default().push((row.day, row.met, row.counted));
        }
        for line in lines {
            line.line = by_id.remove(&line.repository_id.0).unwrap_or_default();
        }
        Ok(())
    }

    /// The teams, languages and base images that an organization's table can be
    /// filtered by.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn choices(&self, organization_id: i64) -> Result<Choices, StoreError> {
        let choices = sqlx::query_as!(
            Choices,
            r#"
            SELECT
                ARRAY(SELECT DISTINCT team FROM repository
                      WHERE organization_id = $1 AND team IS NOT NULL
                      ORDER BY team) AS "teams!",
                ARRAY(SELECT DISTINCT language FROM repository
                      WHERE organization_id = $1 AND language IS NOT NULL
                      ORDER BY language) AS "languages!",
                ARRAY(SELECT used.image
                      FROM repository_line AS line
                      JOIN dockerfile USING (repository_id)
                      JOIN base_use AS used USING (report_id)
                      WHERE line.organization_id = $1 AND line.is_counted
                        AND dockerfile.removed_at IS NULL AND dockerfile.excluded_by IS NULL
                      GROUP BY used.image
                      ORDER BY count(*) DESC, used.image
                      LIMIT 40) AS "images!"
            "#,
            organization_id,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(choices)
    }
}

fn line(row: LineRow) -> Result<RepositoryLine, StoreError> {
    Ok(RepositoryLine {
        repository_id: RepositoryId(row.repository_id),
        name: name(&row.name)?,
        team: row.team,
        state: state(&row.state)?,
        language: row.language,
        is_archived: row.is_archived,
        unreadable_reason: row.unreadable_reason,
        dockerfiles: row.dockerfiles,
        items_left: row.items_left,
        tally: Tally {
            met: row.met.into(),
            verified: row.verified.into(),
            verify: row.verify.into(),
            unknown: row.unknown.into(),
            remaining: row.remaining.into(),
            waived: row.waived.into(),
            not_applicable: row.not_applicable.into(),
        },
        committed_at: row.head_committed_at,
        items: Vec::new(),
        line: Vec::new(),
    })
}
