//! What the table can be filtered by beside what is chosen already, each with the number of
//! rows to which the choice leads.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use checklist::Item;

use super::filter::Part;
use super::{Snapshot, SnapshotRepository};
use crate::read::repository_filter::{RepositoryFilter, StateFilter, VerdictGroup};
use crate::read::words::RepositoryState;

/// So many base images are named.
const IMAGES: usize = 40;

/// The choices of the selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The eight items, in the checklist's order, at the chosen verdict.
    pub items: [i64; Item::ALL.len()],
    /// The states.
    pub states: Vec<(StateFilter, i64)>,
    /// The teams, by name.
    pub teams: Vec<(String, i64)>,
    /// Repositories with a Dockerfile without an owner.
    pub no_owner: i64,
    /// The languages, by name.
    pub languages: Vec<(String, i64)>,
    /// The base images that most repositories use, without their tags.
    pub images: Vec<(String, i64)>,
}

impl StateFilter {
    /// All of them, in the order of the select.
    pub fn all() -> impl Iterator<Item = Self> {
        let one = RepositoryState::ALL.map(Self::One);
        let rest = [Self::SlippedBack, Self::Unreadable, Self::All];
        [Self::Counted].into_iter().chain(one).chain(rest)
    }
}

/// Counts while the repositories pass by once.
struct Counts<'a> {
    snapshot: &'a Snapshot,
    items: [i64; Item::ALL.len()],
    states: Vec<(StateFilter, i64)>,
    teams: Vec<i64>,
    no_owner: i64,
    languages: BTreeMap<&'a str, i64>,
    images: Vec<i64>,
}

impl Snapshot {
    /// The choices beside a filter.
    #[must_use]
    pub fn choices(&self, filter: &RepositoryFilter) -> Choices {
        let mut counts = Counts {
            snapshot: self,
            items: [0; Item::ALL.len()],
            states: StateFilter::all().map(|it| (it, 0)).collect(),
            teams: vec![0; self.teams.len()],
            no_owner: 0,
            languages: BTreeMap::new(),
            images: vec![0; self.words.images.len()],
        };
        for (repository, against) in self.almost_matching(filter) {
            // What one part turns away comes in by another choice of this part.
            let may_choose = |part| against.is_none() || against == Some(part);
            if may_choose(Part::Item) {
                counts.add_items(repository, filter);
            }
            if may_choose(Part::State) {
                counts.add_states(repository, filter);
            }
            if may_choose(Part::Team) {
                counts.add_teams(repository);
            }
            if may_choose(Part::Language) {
                counts.add_language(repository);
            }
            if may_choose(Part::Image) {
                counts.add_images(repository);
            }
        }
        counts.choices()
    }
}

impl<'a> Counts<'a> {
    fn add_items(&mut self, repository: &SnapshotRepository, filter: &RepositoryFilter) {
        let group = filter.item.map_or(VerdictGroup::Left, |(_, group)| group);
        for (count, tally) in self.items.iter_mut().zip(repository.items) {
            *count += i64::from(group.count(tally) > 0);
        }
    }

    fn add_states(&mut self, repository: &SnapshotRepository, filter: &RepositoryFilter) {
        for (state, count) in &mut self.states {
            *count += i64::from(repository.has_state(*state, filter.archived));
        }
    }

    fn add_teams(&mut self, repository: &SnapshotRepository) {
        for team in &repository.teams {
            if let Some(count) = self.teams.get_mut(*team) {
                *count += 1;
            }
        }
        self.no_owner += i64::from(repository.has_no_owner);
    }

    fn add_language(&mut self, repository: &'a SnapshotRepository) {
        if let Some(language) = repository.language.as_deref() {
            *self.languages.entry(language).or_default() += 1;
        }
    }

    fn add_images(&mut self, repository: &SnapshotRepository) {
        for image in &repository.images {
            if let Some(count) = self.images.get_mut(*image) {
                *count += 1;
            }
        }
    }

    fn choices(self) -> Choices {
        let some = |(name, count): (&str, i64)| (count > 0).then(|| (name.to_owned(), count));
        let teams = self.snapshot.teams.iter().map(String::as_str).zip(self.teams);
        let names = self.snapshot.words.images.iter().map(String::as_str);
        let mut images: Vec<(&str, i64)> = names.zip(self.images).collect();
        images.sort_unstable_by_key(|(name, count)| (Reverse(*count), *name));
        images.truncate(IMAGES);
        Choices {
            items: self.items,
            states: self.states,
            teams: teams.filter_map(some).collect(),
            no_owner: self.no_owner,
            languages: self.languages.into_iter().filter_map(some).collect(),
            images: images.into_iter().filter_map(some).collect(),
        }
    }
}
