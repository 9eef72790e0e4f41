//! An organization of any size with years behind it, made from a seed: repositories start
//! without a hardened image and are migrated in their teams' bursts.

pub(crate) mod calendar;
pub(crate) mod crawls;
mod plan;
pub(crate) mod pool;
mod replay;
mod repository;
mod sums;
mod teams;
mod texts;

use github_fake::Dice;
use store::EngineVersion;
use store::seed::{OrganizationDayRow, SeedRows};

use calendar::Calendar;
use pool::Pool;
use sums::OrganizationSums;
use teams::Team;

/// Recipes for each thousand Dockerfiles: with four steps each, somewhat more than a
/// quarter as many contents as Dockerfiles.
const RECIPES_PER_MILLE: usize = 95;

/// How large the organization is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) repositories: usize,
    pub(crate) dockerfiles: usize,
    pub(crate) seed: u64,
}

/// The organization, made repository by repository.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) calendar: Calendar,
    pub(crate) pool: Pool,
    size: Size,
    teams: Vec<Team>,
    /// How many Dockerfiles each repository has.
    files: Vec<u64>,
    sums: OrganizationSums,
    /// Keys that are taken.
    last_file: i64,
}

impl World {
    /// An organization of a size.
    ///
    /// # Errors
    /// See [`Pool::scored`].
    pub(crate) fn thrown(size: Size, calendar: Calendar) -> anyhow::Result<Self> {
        let dice = &mut Dice::new(size.seed);
        let recipes = (size.dockerfiles * RECIPES_PER_MILLE / 1_000).max(20);
        Ok(Self {
            calendar,
            pool: Pool::scored(recipes, dice)?,
            teams: teams::teams(calendar, dice),
            files: repository::file_counts(size, dice),
            sums: OrganizationSums::new(calendar),
            last_file: 0,
            size,
        })
    }

    /// The rows of the repositories from `first` on, at most `count`; none once all are made.
    pub(crate) fn rows(&mut self, first: usize, count: usize) -> Option<SeedRows> {
        let end = (first + count).min(self.size.repositories);
        let mut rows = SeedRows::default();
        for number in first..end {
            self.add_repository(number, &mut rows);
        }
        (first < end).then_some(rows)
    }

    /// The organization's days, once all rows are made.
    pub(crate) fn days(&self, version: &EngineVersion) -> Vec<OrganizationDayRow> {
        self.sums.rows(version)
    }

    /// The names of some teams.
    pub(crate) fn team(&self, place: usize) -> &str {
        self.teams.get(place).map_or("", |it| it.name.as_str())
    }
}
