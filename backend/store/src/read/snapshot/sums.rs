//! What an organization, or a part of it, adds up to. The loops take slices, so that they are
//! compiled here, optimized, and not where they are asked for.

use std::cmp::Reverse;
use std::collections::HashMap;

use checklist::{Item, Suggestion};
use chrono::{DateTime, Utc};

use super::{Snapshot, SnapshotBase, SnapshotRepository};
use crate::read::overview::{BaseImageWork, ItemStanding, Milestone, TeamStanding};
use crate::read::repository_filter::RepositoryFilter;
use crate::read::standing::{Standing, Tally};
use crate::read::words::RepositoryState;

/// What some repositories add up to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// The eight items, in the checklist's order.
    pub items: Vec<ItemStanding>,
    /// The teams, most work left first; those without an owner come last.
    pub teams: Vec<TeamStanding>,
    /// The base images that are no hardened images, most Dockerfiles first.
    pub images: Vec<BaseImageWork>,
    /// Where they stand, with nothing of it lately: that moves with the clock.
    standing: Standing,
    /// When those in the count were changed last, newest first.
    changed_at: Vec<DateTime<Utc>>,
    /// Newest first.
    milestones: Vec<Milestone>,
    quick_wins: Vec<usize>,
}

impl Sums {
    /// Where they stand; "lately" is since `since`.
    #[must_use]
    pub fn standing(&self, since: DateTime<Utc>) -> Standing {
        let finished = self.milestones(since).iter().filter(|it| !it.is_slip);
        Standing {
            finished_lately: number(finished.count()),
            changed_lately: number(self.changed_at.partition_point(|it| *it >= since)),
            ..self.standing
        }
    }

    /// Those that were finished or slipped back since a moment, newest first.
    #[must_use]
    pub fn milestones(&self, since: DateTime<Utc>) -> &[Milestone] {
        let count = self.milestones.partition_point(|it| it.at >= since);
        self.milestones.get(..count).unwrap_or_default()
    }

    /// Those one item from finished, least left first: places in [`Snapshot::repositories`].
    #[must_use]
    pub fn quick_wins(&self) -> &[usize] {
        &self.quick_wins
    }
}

impl Snapshot {
    /// Where the whole stands; "lately" is since `since`.
    #[must_use]
    pub fn standing(&self, since: DateTime<Utc>) -> Standing {
        self.sums().standing(since)
    }

    /// Where some of the repositories stand.
    pub fn standing_of<'a>(
        &'a self,
        repositories: impl Iterator<Item = &'a SnapshotRepository>,
        since: DateTime<Utc>,
    ) -> Standing {
        self.standing_over(&repositories.collect::<Vec<_>>(), since)
    }

    fn standing_over(
        &self,
        repositories: &[&SnapshotRepository],
        since: DateTime<Utc>,
    ) -> Standing {
        let mut sum = Standing { organization_id: self.organization_id, ..Standing::default() };
        let is_since = |it: Option<DateTime<Utc>>| it.is_some_and(|it| it >= since);
        for it in repositories {
            match it.state {
                RepositoryState::OutOfScope => sum.out_of_scope += 1,
                RepositoryState::NoDockerfile => sum.no_dockerfile += 1,
                RepositoryState::Finished => {
                    sum.finished += 1;
                    sum.finished_lately += i64::from(is_since(it.finished_at));
                }
                RepositoryState::InProgress | RepositoryState::NotStarted => {}
            }
            if it.is_counted() {
                sum.repositories += 1;
                sum.slipped_back += i64::from(it.has_slipped_back);
                sum.changed_lately += i64::from(is_since(it.changed_at));
                sum.quick_wins += i64::from(it.is_quick_win());
                sum.unreadable += i64::from(it.unreadable_reason.is_some());
                sum.dockerfiles += number(it.dockerfiles.len());
                sum.tally += it.tally();
            }
        }
        sum
    }

    /// What some of the repositories add up to.
    pub fn sums_of<'a>(
        &'a self,
        repositories: impl Iterator<Item = &'a SnapshotRepository>,
    ) -> Sums {
        self.sums_over(&repositories.collect::<Vec<_>>())
    }

    fn sums_over(&self, repositories: &[&SnapshotRepository]) -> Sums {
        Sums {
            items: items_over(repositories),
            teams: self.teams_of(repositories.iter().copied()),
            images: self.base_images_of(repositories.iter().copied()),
            standing: self.standing_over(repositories, DateTime::<Utc>::MAX_UTC),
            changed_at: changed_at(repositories),
            milestones: milestones(repositories),
            quick_wins: quick_wins(repositories),
        }
    }

    /// The eight items over some of the repositories, in the checklist's order.
    pub fn items_of<'a>(
        &'a self,
        repositories: impl Iterator<Item = &'a SnapshotRepository>,
    ) -> Vec<ItemStanding> {
        items_over(&repositories.collect::<Vec<_>>())
    }

    /// The teams of some of the repositories, most work left first; those without an owner
    /// come last.
    fn teams_of<'a>(
        &'a self,
        repositories: impl Iterator<Item = &'a SnapshotRepository>,
    ) -> Vec<TeamStanding> {
        let none = self.teams.len();
        let team = |it: Option<&String>| TeamStanding {
            team: it.cloned(),
            repositories: 0,
            finished: 0,
            dockerfiles: 0,
            tally: Tally::default(),
        };
        let mut teams: Vec<TeamStanding> =
            self.teams.iter().map(Some).chain([None]).map(team).collect();
        for repository in repositories.filter(|it| it.is_counted()) {
            let unowned = repository.has_no_owner.then_some(none);
            for place in repository.teams.iter().copied().chain(unowned) {
                if let Some(team) = teams.get_mut(place) {
                    team.repositories += 1;
                    let is_finished = repository.state == RepositoryState::Finished;
                    team.finished += i64::from(is_finished);
                }
            }
            for file in self.dockerfiles_of(repository) {
                if let Some(team) = teams.get_mut(file.team.unwrap_or(none)) {
                    team.dockerfiles += 1;
                    file.items.into_iter().for_each(|it| team.tally.add(it));
                }
            }
        }
        teams.retain(|it| it.repositories > 0);
        teams.sort_by_key(|it| (it.team.is_none(), -it.tally.left(), it.team.clone()));
        teams
    }

    /// The base images of some of the repositories that are no hardened images, most
    /// Dockerfiles first.
    fn base_images_of<'a>(
        &'a self,
        repositories: impl Iterator<Item = &'a SnapshotRepository>,
    ) -> Vec<BaseImageWork> {
        let mut work: HashMap<(&str, bool), BaseImageWork> = HashMap::new();
        for file in repositories.flat_map(|it| self.dockerfiles_of(it)) {
            let bases = self.report_of(file).map(|it| it.bases.as_slice()).unwrap_or_default();
            let mut seen: Vec<(&str, bool)> = Vec::new();
            for base in bases.iter().filter(|it| needs_work(it)) {
                let key = (base.reference.as_str(), base.is_build);
                if seen.contains(&key) {
                    continue;
                }
                seen.push(key);
                let found = work.entry(key).or_insert_with(|| BaseImageWork {
                    reference: base.reference.clone(),
                    is_build: base.is_build,
                    suggestion: base.suggestion.clone(),
                    dockerfiles: 0,
                });
                found.dockerfiles += 1;
                // One counterpart for all: the first by name, whatever is read first.
                if let (Suggestion::Use(ours), Suggestion::Use(other)) =
                    (&found.suggestion, &base.suggestion)
                    && other < ours
                {
                    found.suggestion = base.suggestion.clone();
                }
            }
        }
        let mut work: Vec<BaseImageWork> = work.into_values().collect();
        work.sort_by(|one, other| {
            let key = |it: &BaseImageWork| (-it.dockerfiles, it.reference.clone(), it.is_build);
            key(one).cmp(&key(other))
        });
        work
    }

    /// The repositories in the count that a filter lets through, for sums.
    pub fn counted<'a>(
        &'a self,
        filter: &'a RepositoryFilter,
    ) -> impl Iterator<Item = &'a SnapshotRepository> {
        self.matching(filter).filter(|it| it.is_counted())
    }
}

fn changed_at(repositories: &[&SnapshotRepository]) -> Vec<DateTime<Utc>> {
    let counted = repositories.iter().filter(|it| it.is_counted());
    let mut moments: Vec<_> = counted.filter_map(|it| it.changed_at).collect();
    moments.sort_unstable_by_key(|it| Reverse(*it));
    moments
}

fn milestones(repositories: &[&SnapshotRepository]) -> Vec<Milestone> {
    let milestone = |it: &&SnapshotRepository| {
        let is_slip = it.has_slipped_back;
        let at = match (is_slip, it.state) {
            (true, _) => it.slipped_back_at,
            (false, RepositoryState::Finished) => it.finished_at,
            (false, _) => None,
        };
        Some(Milestone { repository: it.name.clone(), place: it.place, at: at?, is_slip })
    };
    let mut found: Vec<Milestone> = repositories.iter().filter_map(milestone).collect();
    found.sort_by_key(|it| Reverse(it.at));
    found
}

fn quick_wins(repositories: &[&SnapshotRepository]) -> Vec<usize> {
    let mut wins: Vec<_> = repositories.iter().filter(|it| it.is_quick_win()).collect();
    wins.sort_by_key(|it| it.tally().left());
    wins.into_iter().map(|it| it.place).collect()
}

fn items_over(repositories: &[&SnapshotRepository]) -> Vec<ItemStanding> {
    let mut standings =
        Item::ALL.map(|item| ItemStanding { item, tally: Tally::default(), repositories_left: 0 });
    for it in repositories.iter().filter(|it| it.is_counted()) {
        for (standing, tally) in standings.iter_mut().zip(*it.items) {
            standing.tally += tally;
            standing.repositories_left += i64::from(tally.left() > 0);
        }
    }
    standings.into()
}

fn needs_work(base: &SnapshotBase) -> bool {
    base.hardened != Some(true) && base.suggestion != Suggestion::AlreadyHardened
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
