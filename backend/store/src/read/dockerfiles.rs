//! Which Dockerfiles their table shows, in which order, and what is said about each.

use std::collections::HashMap;

use checklist::Item;

use super::repository_filter::{Team, VerdictGroup};
use super::snapshot::{SnapshotFinding, TeamSource};
use super::words::item;
use crate::{Store, StoreError};

/// Which Dockerfiles in scope to show. The default shows all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DockerfileFilter {
    /// A part of `repository/path`.
    pub text: Option<String>,
    /// An item with one of the verdicts.
    pub item: Option<(Item, VerdictGroup)>,
    /// A reason why an item (the asked one) is left.
    pub reason: Option<ReasonFilter>,
    /// A base image that a stage starts from.
    pub image: Option<ImageFilter>,
    /// Some stage that starts from an (or the asked) image: one that builds, or that ships.
    pub is_build: Option<bool>,
    /// Whose they are.
    pub team: Option<Team>,
    /// Where it is said whose they are.
    pub team_source: Option<TeamSource>,
}

/// Why an item is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReasonFilter {
    /// A finding of this code says so.
    Code(String),
    /// No finding on the item does, as where another item settles it.
    Unsaid,
}

/// A base image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageFilter {
    /// Exactly as people write it: `node` is not `node:20`.
    Written(String),
    /// With any tag and digest.
    AnyTag(String),
}

/// The column by which rows are ordered; repository and path decide between equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DockerfileColumn {
    /// By repository, then path.
    Repository,
    /// By path, then repository.
    Path,
    /// By items left.
    Left,
    /// By the commit that changed it last.
    Changed,
}

/// The order of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DockerfileOrder {
    /// By which column.
    pub column: DockerfileColumn,
    /// Largest first.
    pub is_descending: bool,
}

impl DockerfileColumn {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Repository, Self::Path, Self::Left, Self::Changed];

    /// The name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::Path => "path",
            Self::Left => "left",
            Self::Changed => "changed",
        }
    }

    /// The column of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }
}

impl Store {
    /// What findings say: of each report the first and worst of an item and a code.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn finding_messages(
        &self,
        findings: &[(i64, &SnapshotFinding)],
    ) -> Result<HashMap<(i64, Item, String), String>, StoreError> {
        let reports: Vec<i64> = findings.iter().map(|(report, _)| *report).collect();
        let items: Vec<String> = findings.iter().map(|(_, it)| it.item.slug().to_owned()).collect();
        let codes: Vec<String> = findings.iter().map(|(_, it)| it.code.clone()).collect();
        let rows = sqlx::query!(
            r#"
            SELECT DISTINCT ON (report_id, item, code)
                   finding.report_id, finding.item, finding.code, finding.message
            FROM unnest($1::bigint[], $2::text[], $3::text[]) AS asked (report_id, item, code)
            JOIN finding USING (report_id, item, code)
            WHERE verdict IN ('remaining', 'unknown', 'verify')
            ORDER BY report_id, item, code,
                     array_position(ARRAY['remaining', 'unknown', 'verify'], verdict), ordinal
            "#,
            &reports,
            &items,
            &codes,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut messages = HashMap::with_capacity(rows.len());
        for row in rows {
            messages.insert((row.report_id, item(&row.item)?, row.code), row.message);
        }
        Ok(messages)
    }
}
