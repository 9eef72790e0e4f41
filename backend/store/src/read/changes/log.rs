//! Every change of an organization's verdicts in memory, read once a snapshot: its sums and its
//! order need every one of them, the page only names some.

use std::cmp::Reverse;

use checklist::Item;
use chrono::{DateTime, Utc};

use super::kinds::{ChangeKind, ChangeSums};
use super::organization::{ChangeChoice, ChangeKey, kind};
use super::{ChangeCause, told};
use crate::read::repository_filter::Team;
use crate::read::snapshot::Snapshot;
use crate::read::words::item;
use crate::{Store, StoreError};

/// After so many rows the sums so far are kept.
const STEP: usize = 1_000;

/// The changes in scope, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::read) struct ChangeLog {
    rows: Vec<LogRow>,
    /// Their Dockerfiles by id, and whose each is.
    files: Vec<(i64, Option<String>)>,
    /// The sums of the first rows: of none, of [`STEP`], of twice as many.
    sums: Vec<ChangeSums>,
}

/// One change of one verdict; of a Dockerfile that is new or was removed, of all eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LogRow {
    /// In microseconds.
    at: i64,
    /// A place in [`ChangeLog::files`].
    file: u32,
    cause: ChangeCause,
    kind: ChangeKind,
    item: Item,
}

impl LogRow {
    /// In the order of [`ChangeKey`]s.
    fn key(&self) -> (i64, u32, &'static str) {
        (self.at, self.file, self.cause.slug())
    }

    const fn is_of_all_items(&self) -> bool {
        matches!(self.kind, ChangeKind::New | ChangeKind::Removed)
    }
}

impl ChangeLog {
    /// How many changes of each kind a choice lets through, whatever its kind.
    pub(super) fn sums(&self, choice: &ChangeChoice) -> ChangeSums {
        let rows = self.since(choice.since);
        if choice.item.is_some() || choice.team.is_some() {
            let about = rows.iter().filter(|it| self.is_about(it, choice));
            return add_up(ChangeSums::default(), about);
        }
        let steps = rows.len() / STEP;
        let rest = rows.get(steps * STEP..).unwrap_or_default();
        add_up(self.sums.get(steps).copied().unwrap_or_default(), rest.iter())
    }

    fn keep_sums(&mut self) {
        let mut sums = ChangeSums::default();
        for step in self.rows.chunks(STEP) {
            self.sums.push(sums);
            sums = add_up(sums, step.iter());
        }
        self.sums.push(sums);
    }

    /// The newest entries that a choice lets through, below a key.
    pub(super) fn keys(
        &self,
        choice: &ChangeChoice,
        below: Option<&ChangeKey>,
        limit: usize,
    ) -> Vec<ChangeKey> {
        let is_of_kind = |it: &LogRow| match choice.kind {
            None => it.kind != ChangeKind::Ours,
            Some(kind) => it.kind == kind,
        };
        let rows = self.since(choice.since);
        let first = below.map_or(0, |below| {
            let file = self.files.partition_point(|(id, _)| *id < below.id);
            let is_there = self.files.get(file).is_some_and(|(id, _)| *id == below.id);
            let place = (below.at.timestamp_micros(), u32::try_from(file).unwrap_or(u32::MAX));
            rows.partition_point(|it| {
                let (at, file, cause) = it.key();
                ((at, file), is_there.then_some(cause))
                    >= (place, is_there.then_some(below.cause.as_str()))
            })
        });
        let mut keys: Vec<ChangeKey> = Vec::new();
        let chosen = rows.iter().skip(first);
        for row in chosen.filter(|it| is_of_kind(it) && self.is_about(it, choice)) {
            let Some(key) = self.change_key(row) else { continue };
            if keys.last() == Some(&key) {
                continue;
            }
            if keys.len() == limit {
                break;
            }
            keys.push(key);
        }
        keys
    }

    fn since(&self, since: DateTime<Utc>) -> &[LogRow] {
        let since = since.timestamp_micros();
        let count = self.rows.partition_point(|it| it.at >= since);
        self.rows.get(..count).unwrap_or_default()
    }

    fn change_key(&self, row: &LogRow) -> Option<ChangeKey> {
        Some(ChangeKey {
            at: DateTime::from_timestamp_micros(row.at)?,
            id: self.files.get(usize::try_from(row.file).ok()?)?.0,
            cause: row.cause.slug().to_owned(),
        })
    }

    /// Whether a change is about the item and the team that are chosen.
    fn is_about(&self, row: &LogRow, choice: &ChangeChoice) -> bool {
        let of_item = choice.item.is_none_or(|it| it == row.item || row.is_of_all_items());
        of_item && choice.team.as_ref().is_none_or(|team| self.team(row) == team.name())
    }

    fn team(&self, row: &LogRow) -> Option<&str> {
        let place = usize::try_from(row.file).ok()?;
        self.files.get(place)?.1.as_deref()
    }
}

fn add_up<'a>(mut sums: ChangeSums, rows: impl Iterator<Item = &'a LogRow>) -> ChangeSums {
    for row in rows {
        *sums.count_mut(row.kind, row.cause) += 1;
    }
    sums
}

impl Team {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::NoOwner => None,
        }
    }
}

impl Store {
    /// How many changes of each kind there are, whatever kind is chosen.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn change_sums(
        &self,
        snapshot: &Snapshot,
        choice: &ChangeChoice,
    ) -> Result<ChangeSums, StoreError> {
        let mut sums = self.change_log(snapshot).await?.sums(choice);
        let every = ChangeChoice { kind: None, ..choice.clone() };
        for (_, it) in told::milestones(snapshot, &every) {
            match it.is_slip {
                true => sums.slipped_back += 1,
                false => sums.finished += 1,
            }
        }
        Ok(sums)
    }

    /// Reads the changes of a snapshot's organization, which a page of changes would else wait
    /// for.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn learn_changes(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        self.change_log(snapshot).await.map(|_| ())
    }

    /// The changes of a snapshot's organization.
    pub(super) async fn change_log<'a>(
        &self,
        snapshot: &'a Snapshot,
    ) -> Result<&'a ChangeLog, StoreError> {
        let read = || self.read_change_log(snapshot);
        snapshot.changes().get_or_try_init(read).await
    }

    async fn read_change_log(&self, snapshot: &Snapshot) -> Result<ChangeLog, StoreError> {
        let found = sqlx::query!(
            r#"
            SELECT dockerfile_id AS "dockerfile_id!", team, changed_at AS "at!",
                   cause AS "cause!", kind AS "kind!", item AS "item!"
            FROM change_line
            WHERE organization_id = $1
              AND (item = 'base-image' OR kind NOT IN ('new', 'removed'))
              AND ($2::bigint[] IS NULL OR dockerfile_id IN (
                  SELECT dockerfile_id FROM dockerfile WHERE repository_id = ANY($2)))
            ORDER BY dockerfile_id
            "#,
            snapshot.organization_id,
            snapshot.only_ids() as Option<Vec<i64>>,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut log = ChangeLog::default();
        for it in found {
            if log.files.last().is_none_or(|(id, _)| *id != it.dockerfile_id) {
                log.files.push((it.dockerfile_id, it.team));
            }
            log.rows.push(LogRow {
                at: it.at.timestamp_micros(),
                file: u32::try_from(log.files.len() - 1).unwrap_or(u32::MAX),
                cause: ChangeCause::from_slug(&it.cause)?,
                kind: kind(&it.kind)?,
                item: item(&it.item)?,
            });
        }
        log.rows.sort_unstable_by_key(|it| Reverse(it.key()));
        log.keep_sums();
        Ok(log)
    }
}
