//! Counts by day, of a repository and of the organization, as crawls would have summed them.

use std::collections::BTreeMap;

use checklist::Item;
use chrono::{DateTime, NaiveDate, Utc};
use store::EngineVersion;
use store::read::ItemVerdict;
use store::seed::{OrganizationDayRow, ProgressRow, RepositoryDayRow};

use super::calendar::Calendar;
use super::replay::{Moment, Outcomes};

/// Verdicts counted, in the order of [`ItemVerdict::ALL`].
type Counts = [i32; ItemVerdict::ALL.len()];

/// What a repository's Dockerfiles in scope came to, day by day.
#[derive(Debug, Default)]
pub(crate) struct RepositorySums {
    /// By day, what comes and goes.
    steps: BTreeMap<i64, Vec<Exchange>>,
}

/// A Dockerfile's outcomes that go and those that come in their place.
#[derive(Debug)]
struct Exchange {
    gone: Option<Outcomes>,
    come: Option<Outcomes>,
}

/// The organization's counts, as changes by day.
#[derive(Debug)]
pub(crate) struct OrganizationSums {
    calendar: Calendar,
    steps: BTreeMap<i64, Step>,
}

/// How the organization's counts change.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    repositories: i32,
    finished: i32,
    dockerfiles: i32,
    counts: Counts,
}

/// A repository's counts.
#[derive(Debug, Clone, Default)]
struct Present {
    dockerfiles: i32,
    items: [Counts; Item::ALL.len()],
}

impl RepositorySums {
    /// Adds a Dockerfile in scope.
    pub(crate) fn add(&mut self, moments: &[Moment]) {
        let mut gone = None;
        for moment in moments {
            let exchange = Exchange { gone, come: moment.outcomes };
            self.steps.entry(moment.day).or_default().push(exchange);
            gone = moment.outcomes;
        }
    }

    /// The days on which the counts changed, when it was finished and slipped back, and all
    /// that added to the organization's.
    pub(crate) fn rows(
        &self,
        repository_id: i64,
        organization: &mut OrganizationSums,
    ) -> (Vec<RepositoryDayRow>, ProgressRow) {
        let calendar = organization.calendar;
        let mut progress = ProgressRow { repository_id, finished_at: None, slipped_back_at: None };
        let mut rows: Vec<RepositoryDayRow> = Vec::new();
        let mut present = Present::default();
        for (day, steps) in &self.steps {
            let before = present.clone();
            for exchange in steps {
                present.add(exchange.gone.as_ref(), -1);
                present.add(exchange.come.as_ref(), 1);
            }
            organization.step(*day, &before, &present);
            note(&mut progress, &before, &present, calendar.crawled_at(*day));
            let row = present.row(repository_id, calendar.date(*day));
            let is_new = rows
                .last()
                .is_none_or(|last| RepositoryDayRow { day: row.day, ..last.clone() } != row);
            if is_new {
                rows.push(row);
            }
        }
        (rows, progress)
    }
}

/// Notes when a repository was finished last, and since when it is not any more.
fn note(progress: &mut ProgressRow, before: &Present, after: &Present, crawled_at: DateTime<Utc>) {
    if after.is_finished() && !before.is_finished() {
        if progress.finished_at.is_none() || progress.slipped_back_at.is_some() {
            progress.finished_at = Some(crawled_at);
        }
        progress.slipped_back_at = None;
    }
    // Without a Dockerfile it neither is finished nor slipped back.
    if !after.is_finished() && after.dockerfiles > 0 && progress.finished_at.is_some() {
        progress.slipped_back_at = progress.slipped_back_at.or(Some(crawled_at));
    }
}

impl Present {
    fn add(&mut self, outcomes: Option<&Outcomes>, sign: i32) {
        let Some(outcomes) = outcomes else { return };
        self.dockerfiles += sign;
        for (counts, outcome) in self.items.iter_mut().zip(outcomes) {
            let place = ItemVerdict::ALL.iter().position(|it| it == outcome);
            if let Some(count) = place.and_then(|it| counts.get_mut(it)) {
                *count += sign;
            }
        }
    }

    fn is_finished(&self) -> bool {
        self.dockerfiles > 0 && self.per_item(ItemVerdict::is_left).iter().all(|it| *it == 0)
    }

    /// Over the items, how many verdicts are such.
    fn per_item(&self, is_such: impl Fn(ItemVerdict) -> bool) -> Vec<i32> {
        let sum = |counts: &Counts| {
            let such = ItemVerdict::ALL.into_iter().zip(counts).filter(|(it, _)| is_such(*it));
            such.map(|(_, count)| count).sum()
        };
        self.items.iter().map(sum).collect()
    }

    fn count(&self, verdict: ItemVerdict) -> i32 {
        self.per_item(|it| it == verdict).iter().sum()
    }

    fn row(&self, repository_id: i64, day: NaiveDate) -> RepositoryDayRow {
        let items = |is_such: fn(ItemVerdict) -> bool| {
            if self.dockerfiles == 0 { Vec::new() } else { self.per_item(is_such) }
        };
        RepositoryDayRow {
            repository_id,
            day,
            met: self.count(ItemVerdict::Met),
            verified: self.count(ItemVerdict::Verified),
            remaining: self.count(ItemVerdict::Remaining),
            verify: self.count(ItemVerdict::Verify),
            unknown: self.count(ItemVerdict::Unknown),
            waived: self.count(ItemVerdict::Waived),
            not_applicable: self.count(ItemVerdict::NotApplicable),
            done: items(|it| matches!(it, ItemVerdict::Met | ItemVerdict::Verified)),
            to_verify: items(|it| it == ItemVerdict::Verify),
            open: items(|it| matches!(it, ItemVerdict::Remaining | ItemVerdict::Unknown)),
        }
    }
}

impl OrganizationSums {
    pub(crate) const fn new(calendar: Calendar) -> Self {
        Self { calendar, steps: BTreeMap::new() }
    }

    /// Adds a repository that counts although nothing of it was ever read.
    pub(crate) fn add_unread(&mut self, day: i64) {
        self.steps.entry(day).or_default().repositories += 1;
    }

    fn step(&mut self, day: i64, before: &Present, after: &Present) {
        let step = self.steps.entry(day).or_default();
        let counted = |it: &Present| i32::from(it.dockerfiles > 0);
        let finished = |it: &Present| i32::from(it.is_finished());
        step.repositories += counted(after) - counted(before);
        step.finished += finished(after) - finished(before);
        step.dockerfiles += after.dockerfiles - before.dockerfiles;
        for (count, verdict) in step.counts.iter_mut().zip(ItemVerdict::ALL) {
            *count += after.count(verdict) - before.count(verdict);
        }
    }

    /// A row for every day.
    pub(crate) fn rows(&self, version: &EngineVersion) -> Vec<OrganizationDayRow> {
        let mut now = Step::default();
        let days = 0..self.calendar.days();
        days.map(|day| {
            if let Some(step) = self.steps.get(&day) {
                now.repositories += step.repositories;
                now.finished += step.finished;
                now.dockerfiles += step.dockerfiles;
                now.counts.iter_mut().zip(step.counts).for_each(|(count, by)| *count += by);
            }
            let [met, verified, verify, unknown, remaining, waived, not_applicable] = now.counts;
            OrganizationDayRow {
                day: self.calendar.date(day),
                repositories: now.repositories,
                repositories_finished: now.finished,
                dockerfiles: now.dockerfiles,
                met,
                verified,
                remaining,
                verify,
                unknown,
                waived,
                not_applicable,
                rule_version: version.rules - i32::from(day < self.calendar.rules_changed()),
                catalog_version: version.catalog.clone(),
            }
        })
        .collect()
    }
}
