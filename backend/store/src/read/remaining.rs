//! The Dockerfiles of one repository and what keeps them from being finished.

use checklist::{FileState, Item, Verdict};
use chrono::{DateTime, Utc};
use names::{FilePath, RepositoryId};

use super::words::{ItemVerdict, corrupt, count, item, item_verdict, name, verdict};
use crate::{Store, StoreError};

/// One Dockerfile in the repository's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerfileLine {
    /// Its path.
    pub path: FilePath,
    /// Why its content could not be had.
    pub unread_reason: Option<String>,
    /// What kind of file it turned out to be; none if unread.
    pub file_state: Option<FileState>,
    /// The rule that leaves it out of scope, a path glob.
    pub excluded_by: Option<String>,
    /// When its present content was committed, as far as the crawls saw.
    pub committed_at: DateTime<Utc>,
    /// The eight verdicts in the checklist's order, decisions included.
    pub verdicts: Vec<(Item, ItemVerdict)>,
}

/// One reason why an item of a Dockerfile is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFinding {
    /// The Dockerfile.
    pub path: FilePath,
    /// The item.
    pub item: Item,
    /// The item's verdict: remaining, verify or unknown.
    pub verdict: Verdict,
    /// The item that settles this one too.
    pub settled_by: Option<Item>,
    /// The reason; none where the item has no finding of its own.
    pub reason: Option<Reason>,
}

/// What a finding says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The reason code.
    pub code: String,
    /// First and last evidence line.
    pub lines: Option<(u32, u32)>,
    /// What is the matter.
    pub message: String,
    /// What to do.
    pub fix: Option<String>,
}

struct DockerfileLineRow {
    path: String,
    unread_reason: Option<String>,
    file_state: Option<String>,
    excluded_by: Option<String>,
    committed_at: DateTime<Utc>,
    items: Vec<String>,
    verdicts: Vec<String>,
}

impl DockerfileLineRow {
    fn read(self) -> Result<DockerfileLine, StoreError> {
        let mut verdicts = self
            .items
            .iter()
            .zip(&self.verdicts)
            .map(|(it, its)| Ok((item(it)?, item_verdict(its)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        verdicts.sort_unstable();
        Ok(DockerfileLine {
            path: name(&self.path)?,
            unread_reason: self.unread_reason,
            file_state: self.file_state.as_deref().map(file_state).transpose()?,
            excluded_by: self.excluded_by,
            committed_at: self.committed_at,
            verdicts,
        })
    }
}

fn file_state(slug: &str) -> Result<FileState, StoreError> {
    match slug {
        "readable" => Ok(FileState::Readable),
        "template" => Ok(FileState::Template),
        "windows" => Ok(FileState::Windows),
        "unreadable" => Ok(FileState::Unreadable),
        other => Err(corrupt("file state", other)),
    }
}

struct OpenFindingRow {
    path: String,
    item: String,
    verdict: String,
    settled_by: Option<String>,
    code: Option<String>,
    first_line: Option<i32>,
    last_line: Option<i32>,
    message: Option<String>,
    fix: Option<String>,
}

impl OpenFindingRow {
    fn read(self) -> Result<OpenFinding, StoreError> {
        let lines = self.first_line.zip(self.last_line);
        let reason = self.code.zip(self.message).map(|(code, message)| Reason {
            code,
            lines: lines.map(|(first, last)| (count(first), count(last))),
            message,
            fix: self.fix,
        });
        Ok(OpenFinding {
            path: name(&self.path)?,
            item: item(&self.item)?,
            verdict: verdict(&self.verdict)?,
            settled_by: self.settled_by.as_deref().map(item).transpose()?,
            reason,
        })
    }
}

impl Store {
    /// The Dockerfiles of a repository: those in scope first, by path.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn dockerfiles_of(
        &self,
        repository: RepositoryId,
    ) -> Result<Vec<DockerfileLine>, StoreError> {
        let rows = sqlx::query_as!(
            DockerfileLineRow,
            r#"
            SELECT dockerfile.path, dockerfile.unread_reason, report.file_state AS "file_state?",
                   dockerfile.excluded_by, dockerfile.committed_at,
                   coalesce(array_agg(dockerfile_item.item) FILTER (WHERE dockerfile_item.item IS NOT NULL), '{}') AS "items!",
                   coalesce(array_agg(coalesce(dockerfile_item.decision, dockerfile_item.verdict)) FILTER (WHERE dockerfile_item.item IS NOT NULL), '{}') AS "verdicts!"
            FROM dockerfile
            LEFT JOIN report USING (report_id)
            LEFT JOIN dockerfile_item USING (dockerfile_id)
            WHERE dockerfile.repository_id = $1 AND dockerfile.removed_at IS NULL
            GROUP BY dockerfile.dockerfile_id, report.file_state
            ORDER BY dockerfile.excluded_by IS NOT NULL, dockerfile.path
            "#,
            repository.0,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(DockerfileLineRow::read).collect()
    }

    /// Everything in scope that keeps a repository from being finished, by path
    /// and line: what is verified or waived does not.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn open_findings_of(
        &self,
        repository: RepositoryId,
    ) -> Result<Vec<OpenFinding>, StoreError> {
        let rows = sqlx::query_as!(
            OpenFindingRow,
            r#"
            SELECT dockerfile.path, dockerfile_item.item, dockerfile_item.verdict,
                   CASE WHEN settling.decision IS NULL THEN dockerfile_item.settled_by END AS settled_by,
                   finding.code AS "code?",
                   finding.first_line AS "first_line?", finding.last_line AS "last_line?",
                   finding.message AS "message?", finding.fix AS "fix?"
            FROM dockerfile
            JOIN dockerfile_item USING (dockerfile_id)
            -- Who decided that the other item stays as it is settles nothing with it.
            LEFT JOIN dockerfile_item AS settling
                ON settling.dockerfile_id = dockerfile_item.dockerfile_id
                AND settling.item = dockerfile_item.settled_by
            LEFT JOIN finding ON finding.report_id = dockerfile.report_id
                AND finding.item = dockerfile_item.item
                AND finding.verdict IN ('remaining', 'verify', 'unknown')
            WHERE dockerfile.repository_id = $1
              AND dockerfile.removed_at IS NULL
              AND dockerfile.excluded_by IS NULL
              AND dockerfile_item.verdict IN ('remaining', 'verify', 'unknown')
              AND dockerfile_item.decision IS NULL
            ORDER BY dockerfile.path, finding.first_line NULLS FIRST, finding.ordinal
            "#,
            repository.0,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(OpenFindingRow::read).collect()
    }
}
