//! What changed in an organization since a moment: verdicts by commit and Dockerfile, and the
//! repositories that were finished or slipped back, in one list, newest first.

use checklist::Item;
use chrono::{DateTime, Utc};
use names::{CommitSha, FilePath, RepoName};

use super::ChangeCause;
use super::kinds::ChangeKind;
use crate::read::repository_filter::Team;
use crate::read::snapshot::Snapshot;
use crate::read::words::{ItemVerdict, corrupt, item, item_verdict, name};
use crate::{Store, StoreError};

/// Which changes to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeChoice {
    /// Since when.
    pub since: DateTime<Utc>,
    /// One kind; none: all but [`ChangeKind::Ours`].
    pub kind: Option<ChangeKind>,
    /// One item.
    pub item: Option<Item>,
    /// Whose.
    pub team: Option<Team>,
}

/// Where a page of the list ends: what is below it comes next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeKey {
    /// When.
    pub at: DateTime<Utc>,
    /// Our own id of the Dockerfile; the negative one of the repository.
    pub id: i64,
    /// The cause.
    pub cause: String,
}

/// What one cause changed in one Dockerfile at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeGroup {
    /// Its place in the list.
    pub key: ChangeKey,
    /// The repository.
    pub repository: RepoName,
    /// The Dockerfile.
    pub path: FilePath,
    /// Whose it is.
    pub team: Option<String>,
    /// Why.
    pub cause: ChangeCause,
    /// The commit that brought it.
    pub commit_sha: Option<CommitSha>,
    /// The verdicts.
    pub steps: Vec<ChangeStep>,
}

/// One verdict that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeStep {
    /// The item.
    pub item: Item,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// Before; none if the Dockerfile was not there.
    pub from: Option<ItemVerdict>,
    /// After; none if the Dockerfile went away.
    pub to: Option<ItemVerdict>,
    /// The decision behind it.
    pub decision: Option<ChangeDecision>,
}

/// Who decided what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeDecision {
    /// Who.
    pub decided_by: String,
    /// Why.
    pub reason: String,
    /// By the repository's `.drydock.yml`.
    pub is_from_file: bool,
    /// Why it holds no more, if it ended.
    pub end_reason: Option<String>,
}

struct ChangeRow {
    dockerfile_id: i64,
    item: String,
    from_verdict: Option<String>,
    to_verdict: Option<String>,
    cause: String,
    kind: String,
    commit_sha: Option<String>,
    changed_at: DateTime<Utc>,
    repository: String,
    path: String,
    team: Option<String>,
    decided_by: Option<String>,
    reason: Option<String>,
    source: Option<String>,
    end_reason: Option<String>,
}

impl Store {
    /// The newest changes of verdicts, by Dockerfile and cause, below a key if one is given;
    /// at most `limit` of these.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn change_groups(
        &self,
        snapshot: &Snapshot,
        choice: &ChangeChoice,
        below: Option<&ChangeKey>,
        limit: usize,
    ) -> Result<Vec<ChangeGroup>, StoreError> {
        if choice.kind.is_some_and(ChangeKind::is_milestone) {
            return Ok(Vec::new());
        }
        let keys = self.change_log(snapshot).await?.keys(choice, below, limit);
        let moments: Vec<DateTime<Utc>> = keys.iter().map(|it| it.at).collect();
        let ids: Vec<i64> = keys.iter().map(|it| it.id).collect();
        let causes: Vec<String> = keys.into_iter().map(|it| it.cause).collect();
        let rows = sqlx::query_file_as!(
            ChangeRow,
            "sql/changes_at.sql",
            &moments,
            &ids,
            &causes,
            choice.kind.map(ChangeKind::slug),
            choice.item.map(Item::slug),
        )
        .fetch_all(&self.pool)
        .await?;
        let mut groups: Vec<ChangeGroup> = Vec::new();
        for row in rows {
            add(&mut groups, row)?;
        }
        Ok(groups)
    }
}

fn add(groups: &mut Vec<ChangeGroup>, row: ChangeRow) -> Result<(), StoreError> {
    let key = ChangeKey { at: row.changed_at, id: row.dockerfile_id, cause: row.cause };
    let decision = row.decided_by.map(|decided_by| ChangeDecision {
        decided_by,
        reason: row.reason.unwrap_or_default(),
        is_from_file: row.source.as_deref() == Some("file"),
        end_reason: row.end_reason,
    });
    let step = ChangeStep {
        item: item(&row.item)?,
        kind: kind(&row.kind)?,
        from: row.from_verdict.as_deref().map(item_verdict).transpose()?,
        to: row.to_verdict.as_deref().map(item_verdict).transpose()?,
        decision,
    };
    if let Some(last) = groups.last_mut().filter(|it| it.key == key) {
        last.steps.push(step);
        return Ok(());
    }
    groups.push(ChangeGroup {
        cause: ChangeCause::from_slug(&key.cause)?,
        key,
        repository: name(&row.repository)?,
        path: name(&row.path)?,
        team: row.team,
        commit_sha: row.commit_sha.as_deref().map(name).transpose()?,
        steps: vec![step],
    });
    Ok(())
}

pub(super) fn kind(slug: &str) -> Result<ChangeKind, StoreError> {
    ChangeKind::from_slug(slug).ok_or_else(|| corrupt("kind of change", slug))
}
