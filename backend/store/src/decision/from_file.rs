//! Decisions that stand in a repository's `.drydock.yml`: made equal to what it says.
//!
//! An entry whose decision ended because its evidence changed, or its Dockerfile went away,
//! does not come back by itself: somebody has to look, and to change the entry's reason or
//! last day. It does come back where the evidence is again what it was.

use std::collections::HashSet;

use checklist::Item;
use checklist::scope::Globs;
use chrono::{DateTime, NaiveDate, Utc};
use names::{FilePath, RepositoryId};
use sqlx::PgConnection;

use super::facts::{Facts, facts_of};
use super::rows::{Row, begin, end};
use crate::read::words::item;
use crate::text::storable;
use crate::{DecisionKind, DecisionSource, EndReason, OwnDecision, StoreError};

/// Who decided, for what the file says.
const FILE: &str = ".drydock.yml";

/// An entry of `.drydock.yml` for one Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDecision {
    /// The Dockerfile; one that is not there is passed over.
    pub path: FilePath,
    /// The item.
    pub item: Item,
    /// What.
    pub kind: DecisionKind,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub expires_on: Option<NaiveDate>,
    /// Where it stands in the file.
    pub line: u32,
}

impl FileDecision {
    /// Entries of the file as those of each of these Dockerfiles that their globs take. A
    /// glob that is none any more takes nothing.
    #[must_use]
    pub fn resolved(entries: &[OwnDecision], paths: &[&FilePath]) -> Vec<Self> {
        let resolved = entries.iter().flat_map(|entry| {
            let globs = Globs::lenient(std::slice::from_ref(&entry.path));
            let kind = if entry.is_waiver { DecisionKind::Waived } else { DecisionKind::Verified };
            let taken = paths.iter().filter(move |it| globs.first(it.as_str()).is_some());
            taken.map(move |path| Self {
                path: (*path).clone(),
                item: entry.item,
                kind,
                reason: entry.reason.clone(),
                expires_on: entry.expires_on,
                line: entry.line,
            })
        });
        resolved.collect()
    }
}

/// What `decision` says of one item of one Dockerfile: what stands there whoever decided,
/// and what the file said last.
struct Stored {
    decision_id: i64,
    dockerfile_id: i64,
    item: Item,
    kind: DecisionKind,
    source: DecisionSource,
    reason: String,
    expires_on: Option<NaiveDate>,
    line: Option<i32>,
    evidence: String,
    end_reason: Option<EndReason>,
}

impl Stored {
    fn key(&self) -> Key {
        (self.dockerfile_id, self.item, self.kind == DecisionKind::Disputed)
    }

    fn is_standing(&self) -> bool {
        self.end_reason.is_none()
    }

    fn says(&self, wanted: &FileDecision) -> bool {
        self.source == DecisionSource::File
            && self.kind == wanted.kind
            && self.reason == storable(wanted.reason.trim())
            && self.expires_on == wanted.expires_on
    }

    /// Whether it was decided about something else than what is there now.
    fn is_used_up(&self, facts: &Facts) -> bool {
        let is_lost =
            matches!(self.end_reason, Some(EndReason::EvidenceChanged | EndReason::Removed));
        is_lost && self.evidence != facts.evidence(self.item)
    }
}

/// A Dockerfile, an item, and whether it is about a dispute.
type Key = (i64, Item, bool);

/// Makes the standing decisions of a repository's file those that are wanted, of two for the
/// same item the first. Writes no row where nothing changed. For the transaction that read the
/// repository, after its Dockerfiles are saved and before its sums are.
///
/// # Errors
/// [`StoreError::Query`] and [`StoreError::Corrupt`].
pub async fn save_file_decisions(
    connection: &mut PgConnection,
    repository: RepositoryId,
    wanted: &[FileDecision],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let stored = stored_of(connection, repository).await?;
    if wanted.is_empty() && stored.is_empty() {
        return Ok(());
    }
    let files = files_of(connection, repository, wanted).await?;
    let facts = facts_of(connection, &files).await?;
    let mut change = Change::default();
    for wanted in wanted.iter().filter(|it| holds(it, now)) {
        let file = facts.iter().find(|(_, it)| it.path == wanted.path.as_str());
        if let Some((id, facts)) = file {
            change.want(*id, facts, wanted, &stored);
        }
    }
    change.withdraw_the_rest(&stored);
    change.save(connection, now).await
}

fn holds(wanted: &FileDecision, now: DateTime<Utc>) -> bool {
    wanted.expires_on.is_none_or(|it| it >= now.date_naive())
}

/// What is to be written.
#[derive(Default)]
struct Change<'a> {
    seen: HashSet<Key>,
    replaced: Vec<i64>,
    withdrawn: Vec<i64>,
    moved: Vec<(i64, u32)>,
    begun: Vec<Row<'a>>,
}

impl<'a> Change<'a> {
    fn want(&mut self, id: i64, facts: &'a Facts, wanted: &'a FileDecision, stored: &[Stored]) {
        let key = (id, wanted.item, wanted.kind == DecisionKind::Disputed);
        let of_key = || stored.iter().filter(|it| it.key() == key);
        let last = of_key().find(|it| it.source == DecisionSource::File);
        let same = last.filter(|it| it.says(wanted));
        if let Some(standing) = same.filter(|it| it.is_standing()) {
            if self.seen.insert(key) && standing.line != i32::try_from(wanted.line).ok() {
                self.moved.push((standing.decision_id, wanted.line));
            }
            return;
        }
        let is_used_up = same.is_some_and(|it| it.is_used_up(facts));
        if is_used_up || !facts.admits(wanted.kind, wanted.item) || !self.seen.insert(key) {
            return;
        }
        self.replaced.extend(of_key().filter(|it| it.is_standing()).map(|it| it.decision_id));
        self.begun.push(Row {
            dockerfile_id: id,
            item: wanted.item.slug(),
            kind: wanted.kind.slug(),
            reason: storable(wanted.reason.trim()),
            decided_by: FILE.into(),
            source: DecisionSource::File.slug(),
            evidence: facts.evidence(wanted.item),
            code: facts.code(wanted.item),
            expires_on: wanted.expires_on,
            line: Some(wanted.line),
        });
    }

    /// What stands by the file and is not in it any more.
    fn withdraw_the_rest(&mut self, stored: &[Stored]) {
        let of_file = stored.iter().filter(|it| it.source == DecisionSource::File);
        let gone = of_file.filter(|it| it.is_standing() && !self.seen.contains(&it.key()));
        self.withdrawn.extend(gone.map(|it| it.decision_id));
    }

    async fn save(
        self,
        connection: &mut PgConnection,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        end(connection, &self.replaced, (EndReason::Replaced, Some(FILE)), now).await?;
        end(connection, &self.withdrawn, (EndReason::Withdrawn, Some(FILE)), now).await?;
        if !self.moved.is_empty() {
            move_lines(connection, &self.moved).await?;
        }
        if !self.begun.is_empty() {
            begin(connection, &self.begun, now).await?;
        }
        Ok(())
    }
}

async fn move_lines(connection: &mut PgConnection, moved: &[(i64, u32)]) -> Result<(), StoreError> {
    let ids: Vec<i64> = moved.iter().map(|it| it.0).collect();
    let lines: Vec<i32> = moved.iter().map(|it| i32::try_from(it.1).unwrap_or(i32::MAX)).collect();
    sqlx::query!(
        r#"
        UPDATE decision
        SET line = moved.line
        FROM unnest($1::bigint[], $2::integer[]) AS moved (decision_id, line)
        WHERE decision.decision_id = moved.decision_id
        "#,
        &ids,
        &lines,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What stands in a repository, and the last decision of its file about each item.
async fn stored_of(
    connection: &mut PgConnection,
    repository: RepositoryId,
) -> Result<Vec<Stored>, StoreError> {
    let rows = sqlx::query!(
        r#"
        SELECT DISTINCT ON (decision.dockerfile_id, decision.item, decision.kind = 'disputed',
                            decision.source)
               decision.decision_id, decision.dockerfile_id, decision.item, decision.kind,
               decision.source, decision.reason, decision.expires_on, decision.line,
               decision.evidence, decision.end_reason
        FROM dockerfile
        JOIN decision USING (dockerfile_id)
        WHERE dockerfile.repository_id = $1
          AND (decision.source = 'file' OR decision.ended_at IS NULL)
        ORDER BY decision.dockerfile_id, decision.item, decision.kind = 'disputed',
                 decision.source, decision.decision_id DESC
        "#,
        repository.0,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Stored {
                decision_id: row.decision_id,
                dockerfile_id: row.dockerfile_id,
                item: item(&row.item)?,
                kind: row.kind.try_into()?,
                source: row.source.try_into()?,
                reason: row.reason,
                expires_on: row.expires_on,
                line: row.line,
                evidence: row.evidence,
                end_reason: row.end_reason.map(EndReason::try_from).transpose()?,
            })
        })
        .collect()
}

/// The present Dockerfiles that are spoken about.
async fn files_of(
    connection: &mut PgConnection,
    repository: RepositoryId,
    wanted: &[FileDecision],
) -> Result<Vec<i64>, StoreError> {
    let mut paths: Vec<&str> = wanted.iter().map(|it| it.path.as_str()).collect();
    paths.dedup();
    let ids = sqlx::query_scalar!(
        r#"
        SELECT dockerfile_id
        FROM dockerfile
        WHERE repository_id = $1 AND path = ANY($2) AND removed_at IS NULL
        "#,
        repository.0,
        &paths as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}
