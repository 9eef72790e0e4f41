//! One Dockerfile's life as the rows that crawls and people would have left.

use checklist::{Item, Verdict};
use chrono::{DateTime, Utc};
use github_fake::Dice;
use store::read::ItemVerdict;
use store::seed::{ChangeRow, DecisionRow, FileRow, ItemRow, SeedRows};

use super::calendar::Calendar;
use super::plan::{Decision, Kind, Plan};
use super::pool::Pool;

/// What became of the eight items.
pub(crate) type Outcomes = [ItemVerdict; Item::ALL.len()];

/// What became of a Dockerfile's items from a day on; none: it is not there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) day: i64,
    pub(crate) outcomes: Option<Outcomes>,
}

/// Who a Dockerfile is.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) repository_id: i64,
    pub(crate) dockerfile_id: i64,
    pub(crate) path: String,
    pub(crate) owner: Option<String>,
    pub(crate) excluded_by: Option<&'static str>,
}

/// Replays a plan into rows.
pub(crate) struct Replay<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) pool: &'a Pool,
    pub(crate) calendar: Calendar,
    pub(crate) identity: Identity,
}

/// An item as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    verdict: Verdict,
    decision: Option<Kind>,
}

impl Standing {
    fn outcome(self) -> ItemVerdict {
        match self.decision {
            Some(Kind::Verified) => ItemVerdict::Verified,
            Some(Kind::Waived) => ItemVerdict::Waived,
            Some(Kind::Disputed) | None => self.verdict.into(),
        }
    }
}

/// The commit behind a version.
#[derive(Debug, Clone)]
struct Commit {
    sha: String,
    at: DateTime<Utc>,
}

impl Replay<'_> {
    /// Adds the rows; gives what became of the items, day by day.
    pub(crate) fn add(&self, rows: &mut SeedRows, dice: &mut Dice) -> Vec<Moment> {
        let mut moments = Vec::new();
        let mut before: Option<[Standing; 8]> = None;
        let mut since = [DateTime::UNIX_EPOCH; 8];
        let mut commit = Commit { sha: String::new(), at: DateTime::UNIX_EPOCH };
        for day in self.plan.days(self.calendar) {
            let has_commit =
                self.plan.removed == Some(day) || self.plan.versions.iter().any(|it| it.day == day);
            if has_commit {
                commit = Commit { sha: sha(dice), at: self.calendar.committed_at(day, dice) };
            }
            let after = self.standing(day);
            let cause = match (before, after) {
                (None, _) => "first-sight",
                (Some(_), None) => "removed",
                (Some(_), Some(_)) if has_commit => "commit",
                (Some(_), Some(_)) => "rules",
            };
            for place in 0..Item::ALL.len() {
                let at = |all: Option<[Standing; 8]>| all.and_then(|it| it.get(place).copied());
                let is_new =
                    self.change(rows, (place, day), (at(before), at(after)), (cause, &commit));
                if let Some(since) = since.get_mut(place).filter(|_| is_new) {
                    *since = if has_commit { commit.at } else { self.calendar.crawled_at(day) };
                }
            }
            let outcomes = after.map(|it| it.map(Standing::outcome));
            moments.push(Moment { day, outcomes });
            before = after;
        }
        self.add_file(rows, &commit);
        self.add_items(rows, before, since);
        self.add_decisions(rows, dice);
        moments
    }

    /// The items as they stand at the end of a day.
    fn standing(&self, day: i64) -> Option<[Standing; 8]> {
        let verdicts = self.plan.verdicts(day, self.pool, self.calendar)?;
        let decisions: Vec<&Decision> =
            self.plan.decisions.iter().filter(|it| it.holds(day)).collect();
        let mut items = Item::ALL.into_iter();
        Some(verdicts.map(|verdict| {
            let item = items.next();
            let settles = |it: &&&Decision| Some(it.item) == item && it.kind.settles(verdict);
            Standing { verdict, decision: decisions.iter().find(settles).map(|it| it.kind) }
        }))
    }

    /// Adds what changed at one item; says whether the engine's verdict did.
    fn change(
        &self,
        rows: &mut SeedRows,
        (place, day): (usize, i64),
        (before, after): (Option<Standing>, Option<Standing>),
        (cause, commit): (&'static str, &Commit),
    ) -> bool {
        let Some(item) = Item::ALL.get(place).copied() else { return false };
        let row = |from, to, cause| ChangeRow {
            dockerfile_id: self.identity.dockerfile_id,
            item,
            from_verdict: from,
            to_verdict: to,
            cause,
            commit_sha: (cause != "rules" && cause != "decision").then(|| commit.sha.clone()),
            changed_at: self.calendar.crawled_at(day),
        };
        let verdict = |it: Option<Standing>| it.map(|it| it.verdict);
        let is_new = verdict(before) != verdict(after);
        if is_new {
            let to = verdict(after).map(ItemVerdict::from);
            rows.changes.push(row(before.map(Standing::outcome), to, cause));
        }
        // What a decision makes of it is told from where the verdict has led.
        let from = if is_new {
            verdict(after).map(ItemVerdict::from)
        } else {
            before.map(Standing::outcome)
        };
        let to = after.map(Standing::outcome);
        if from != to {
            rows.changes.push(row(from, to, "decision"));
        }
        is_new
    }

    fn add_file(&self, rows: &mut SeedRows, commit: &Commit) {
        let identity = self.identity.clone();
        let version = self.plan.versions.last();
        let content = version.and_then(|it| it.content);
        let content = content.and_then(|(recipe, step)| self.pool.content(recipe, step));
        let first = self.plan.versions.first().map_or(0, |it| it.day);
        rows.files.push(FileRow {
            dockerfile_id: identity.dockerfile_id,
            repository_id: identity.repository_id,
            path: identity.path,
            blob_sha: content.map(|it| it.sha.clone()),
            unread_reason: content.is_none().then_some("The file is larger than 1 MB."),
            excluded_by: identity.excluded_by,
            owner: identity.owner,
            commit_sha: commit.sha.clone(),
            committed_at: commit.at,
            first_seen_at: self.calendar.crawled_at(first),
            removed_at: self.plan.removed.map(|it| self.calendar.crawled_at(it)),
        });
    }

    fn add_items(
        &self,
        rows: &mut SeedRows,
        present: Option<[Standing; 8]>,
        since: [DateTime<Utc>; 8],
    ) {
        let content = self.plan.versions.last().and_then(|it| it.content);
        let content = content.and_then(|(recipe, step)| self.pool.content(recipe, step));
        let standing = present.into_iter().flatten();
        for ((item, standing), since) in Item::ALL.into_iter().zip(standing).zip(since) {
            rows.items.push(ItemRow {
                dockerfile_id: self.identity.dockerfile_id,
                item,
                verdict: standing.verdict,
                settled_by: content.and_then(|it| it.settled_by(item)),
                since,
                decision: standing.decision.map(Kind::slug),
            });
        }
    }

    fn add_decisions(&self, rows: &mut SeedRows, dice: &mut Dice) {
        for decision in &self.plan.decisions {
            let content = self.plan.standing(decision.from).and_then(|it| it.content);
            let content = content.and_then(|(recipe, step)| self.pool.content(recipe, step));
            rows.decisions.push(DecisionRow {
                dockerfile_id: self.identity.dockerfile_id,
                item: decision.item,
                kind: decision.kind.slug(),
                reason: match decision.kind {
                    Kind::Verified => "Tried in the staging cluster; it runs as it should.",
                    Kind::Waived => "The image is for our own builds alone and is never deployed.",
                    Kind::Disputed => "The file that starts is a program, not a script.",
                },
                decided_by: if dice.happens(500) { "mlind" } else { "naziz" },
                source: if dice.happens(200) { "file" } else { "person" },
                evidence: sha(dice),
                code: content.and_then(|it| it.code(decision.item)),
                expires_on: decision.expires.map(|it| self.calendar.date(it)),
                decided_at: self.calendar.crawled_at(decision.from),
                ended_at: decision.until.map(|(day, _)| self.calendar.crawled_at(day)),
                end_reason: decision.until.map(|(_, why)| why),
            });
        }
    }
}

/// A commit's sha.
pub(crate) fn sha(dice: &mut Dice) -> String {
    format!("{:016x}{:016x}{:08x}", dice.throw(), dice.throw(), dice.throw() >> 32)
}
