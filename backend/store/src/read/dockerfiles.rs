//! The Dockerfiles behind a number of the overview.

use checklist::{Item, Verdict};
use names::{FilePath, RepoName};

use super::repository_filter::VerdictGroup;
use super::words::{name, verdict};
use crate::{Store, StoreError};

/// Which Dockerfiles in scope to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DockerfileFilter {
    /// An item with one of the verdicts.
    pub item: Option<(Item, VerdictGroup)>,
    /// A base image exactly as people write it: `node` is not `node:20`.
    pub image: Option<String>,
    /// The stages that start from the image: build stages or shipped ones.
    pub is_build: Option<bool>,
}

/// One Dockerfile of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerfileLine {
    /// The repository.
    pub repository: RepoName,
    /// The path.
    pub path: FilePath,
    /// The repository's owner, if one is known.
    pub team: Option<String>,
    /// The verdict on the item that was asked for.
    pub verdict: Option<Verdict>,
    /// Why, in one sentence, where the item is left.
    pub message: Option<String>,
    /// Items met.
    pub met: i64,
    /// Items that count.
    pub counted: i64,
}

/// A part of the list and how long it is in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DockerfileLines {
    /// The rows.
    pub rows: Vec<DockerfileLine>,
    /// How many Dockerfiles match.
    pub total: i64,
}

impl Store {
    /// The Dockerfiles in scope that a filter lets through, by repository and path.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Corrupt`].
    pub async fn dockerfile_lines(
        &self,
        organization_id: i64,
        filter: &DockerfileFilter,
        offset: i64,
        limit: i64,
    ) -> Result<DockerfileLines, StoreError> {
        let (item, group) = filter.item.map(|(item, group)| (item.slug(), group.slug())).unzip();
        let rows = sqlx::query_file!(
            "sql/dockerfile_lines.sql",
            organization_id,
            item,
            group,
            filter.image.as_deref(),
            filter.is_build,
            offset,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let total = rows.first().map_or(0, |it| it.total);
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            lines.push(DockerfileLine {
                repository: name(&row.repository)?,
                path: name(&row.path)?,
                team: row.team,
                verdict: row.verdict.as_deref().map(verdict).transpose()?,
                message: row.message,
                met: row.met,
                counted: row.counted,
            });
        }
        Ok(DockerfileLines { rows: lines, total })
    }
}
