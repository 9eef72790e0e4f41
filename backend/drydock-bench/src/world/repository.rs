//! One repository of the organization with its Dockerfiles.

use chrono::{DateTime, Utc};
use github_fake::Dice;
use store::seed::{RepositoryRow, SeedRows};

use super::plan::Plan;
use super::replay::{Identity, Replay, sha};
use super::sums::RepositorySums;
use super::teams::{Source, Team, owner};
use super::{Size, World};

const PARTS: [&str; 10] =
    ["api", "worker", "portal", "gateway", "tools", "library", "pipeline", "site", "agent", "jobs"];
const SUBJECTS: [&str; 14] = [
    "account", "audit", "basket", "claims", "config", "events", "ledger", "mail", "orders",
    "parcel", "quotes", "refunds", "stock", "tariff",
];
const FOLDERS: [&str; 12] = [
    "services/api",
    "services/worker",
    "docker",
    "build",
    "deploy/web",
    "cmd/agent",
    "tools/lint",
    "apps/portal",
    "apps/admin",
    "jobs/nightly",
    "jobs/import",
    "proxy",
];

/// What is so of a repository before its Dockerfiles are known.
struct Facts {
    excluded_by: Option<&'static str>,
    is_empty: bool,
    /// Never read, so nobody knows.
    is_unread: bool,
    first: i64,
}

/// How many Dockerfiles each repository has, as real ones do: a quarter has none, few have
/// many. In all as many as asked for.
pub(super) fn file_counts(size: Size, dice: &mut Dice) -> Vec<u64> {
    let mut counts: Vec<u64> = (0..size.repositories)
        .map(|_| match dice.below(1_000) {
            0..250 => 0,
            250..520 => 1,
            520..680 => 2,
            680..780 => 3,
            780..940 => 4 + dice.below(5),
            _ => 9 + dice.below(12),
        })
        .collect();
    let wanted = u64::try_from(size.dockerfiles).unwrap_or(u64::MAX);
    let mut sum: u64 = counts.iter().sum();
    while sum != wanted && sum > 0 {
        let place = dice.index(counts.len());
        if let Some(count) = counts.get_mut(place).filter(|it| **it > 0) {
            (*count, sum) =
                if sum < wanted { (*count + 1, sum + 1) } else { (*count - 1, sum - 1) };
        }
    }
    counts
}

impl World {
    pub(super) fn add_repository(&mut self, number: usize, rows: &mut SeedRows) {
        let dice = &mut Dice::for_each(self.size.seed, number as u64);
        let repository_id = 1_000_000 + i64::try_from(number).unwrap_or_default();
        let facts = self.facts(dice);
        let team = owner(&self.teams, dice).cloned();
        let files = self.files.get(number).copied().unwrap_or_default();
        let files = if facts.is_empty || facts.is_unread { 0 } else { files };
        let first_change = rows.changes.len();
        let first_file = rows.files.len();
        let mut sums = RepositorySums::default();
        let mut language = None;
        for place in 0..files {
            let plan = self.plan(&facts, team.as_ref(), dice);
            let recipe = plan.versions.first().and_then(|it| it.content).map(|(it, _)| it);
            language = language.or(recipe.map(|it| self.pool.language(it)));
            let identity = self.identity(repository_id, place, team.as_ref(), dice);
            let is_counted = facts.excluded_by.is_none() && identity.excluded_by.is_none();
            let replay =
                Replay { plan: &plan, pool: &self.pool, calendar: self.calendar, identity };
            let moments = replay.add(rows, dice);
            if is_counted {
                sums.add(&moments);
            }
        }
        let (days, progress) = sums.rows(repository_id, &mut self.sums);
        rows.days.extend(days);
        rows.progress.push(progress);
        if facts.is_unread && facts.excluded_by.is_none() {
            self.sums.add_unread(facts.first);
        }
        let changed = rows.changes.iter().skip(first_change);
        let changed = changed.filter(|it| matches!(it.cause, "commit" | "removed"));
        let changed_at = changed.map(|it| it.changed_at).max();
        let committed = rows.files.iter().skip(first_file).map(|it| it.committed_at).max();
        let mut row = self.row((repository_id, number), &facts, committed, dice);
        row.language = language.or(row.language);
        row.changed_at = changed_at;
        rows.repositories.push(owned(row, team.as_ref()));
    }

    fn facts(&self, dice: &mut Dice) -> Facts {
        let excluded_by = match dice.below(1_000) {
            0..80 => Some("archived"),
            80..130 => Some("fork"),
            130..150 => Some("template"),
            150..160 => Some("gone"),
            _ => None,
        };
        Facts {
            excluded_by,
            is_empty: dice.happens(10),
            is_unread: dice.happens(3),
            first: if dice.happens(850) { 0 } else { self.calendar.from(0, dice) },
        }
    }

    /// The life of a Dockerfile; some come later than their repository.
    fn plan(&self, facts: &Facts, team: Option<&Team>, dice: &mut Dice) -> Plan {
        let is_first = dice.happens(850);
        let first = if is_first { facts.first } else { self.calendar.from(facts.first, dice) };
        Plan::thrown(first, team, &self.pool, self.calendar, dice)
    }

    fn identity(
        &mut self,
        repository_id: i64,
        place: u64,
        team: Option<&Team>,
        dice: &mut Dice,
    ) -> Identity {
        self.last_file += 1;
        let is_example = dice.happens(60);
        let folder = dice.word(&FOLDERS);
        let path = match place {
            _ if is_example => format!("examples/{folder}-{place}/Dockerfile"),
            0 => "Dockerfile".to_owned(),
            _ => format!("{folder}-{place}/Dockerfile"),
        };
        // In a large repository, CODEOWNERS names others for some folders.
        let other = (place > 2 && dice.happens(250)).then(|| owner(&self.teams, dice)).flatten();
        let named = team.filter(|it| it.source == Source::Codeowners);
        Identity {
            repository_id,
            dockerfile_id: self.last_file,
            path,
            owner: other.or(named).map(|it| it.name.clone()),
            excluded_by: is_example.then_some("examples/"),
        }
    }

    fn row(
        &self,
        (repository_id, number): (i64, usize),
        facts: &Facts,
        committed: Option<DateTime<Utc>>,
        dice: &mut Dice,
    ) -> RepositoryRow {
        let calendar = self.calendar;
        let pushed = calendar.from(facts.first, dice);
        let pushed = calendar.committed_at(pushed, dice);
        let is_read = !facts.is_empty && !facts.is_unread;
        let is_gone = facts.excluded_by == Some("gone");
        RepositoryRow {
            repository_id,
            name: format!("{}-{}-{number}", dice.word(&SUBJECTS), dice.word(&PARTS)),
            visibility: match dice.below(10) {
                0..6 => "private",
                6 | 7 => "internal",
                _ => "public",
            },
            is_archived: facts.excluded_by == Some("archived"),
            is_fork: facts.excluded_by == Some("fork"),
            is_template: facts.excluded_by == Some("template"),
            is_empty: facts.is_empty,
            language: dice.happens(700).then_some("Shell"),
            topics: Vec::new(),
            team: None,
            property_team: None,
            team_source: None,
            head_sha: is_read.then(|| sha(dice)),
            head_committed_at: is_read.then(|| committed.map_or(pushed, |it| it.max(pushed))),
            unreadable_reason: (facts.is_unread || dice.happens(4))
                .then_some("GitHub answered 502 at every attempt."),
            excluded_by: facts.excluded_by,
            first_crawled_at: calendar.crawled_at(facts.first),
            crawled_at: calendar.crawled_at(calendar.last()),
            gone_at: is_gone.then(|| calendar.crawled_at(calendar.last())),
            changed_at: None,
        }
    }
}

/// A repository with what says whose it is.
fn owned(mut row: RepositoryRow, team: Option<&Team>) -> RepositoryRow {
    let Some(team) = team else { return row };
    let name = team.name.clone();
    match team.source {
        // The Dockerfiles say so themselves.
        Source::Codeowners => return row,
        Source::Topic => {
            row.topics.push(format!("team-{name}"));
            row.team_source = Some("topic");
        }
        Source::Property => {
            row.property_team = Some(name.clone());
            row.team_source = Some("property");
        }
        Source::Rule => row.team_source = Some("rule"),
    }
    row.team = Some(name);
    row
}
