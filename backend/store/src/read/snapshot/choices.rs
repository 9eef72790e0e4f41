//! What the table can be filtered by beside what is chosen already, each with the number of
//! rows to which the choice leads.

use std::cmp::Reverse;

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
    languages: Vec<i64>,
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
            languages: vec![0; self.words.languages.len()],
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
                count_in(&mut counts.languages, repository.language_place.as_slice());
            }
            if may_choose(Part::Image) {
                count_in(&mut counts.images, &repository.images);
            }
        }
        counts.choices()
    }
}

impl Counts<'_> {
    fn add_items(&mut self, repository: &SnapshotRepository, filter: &RepositoryFilter) {
        let bits = filter.item.map_or(VerdictGroup::Left, |(_, group)| group).bits();
        for (count, verdicts) in self.items.iter_mut().zip(repository.verdicts) {
            *count += i64::from(verdicts & bits != 0);
        }
    }

    fn add_states(&mut self, repository: &SnapshotRepository, filter: &RepositoryFilter) {
        for (state, count) in &mut self.states {
            *count += i64::from(repository.has_state(*state, filter.archived));
        }
    }

    fn add_teams(&mut self, repository: &SnapshotRepository) {
        count_in(&mut self.teams, &repository.teams);
        self.no_owner += i64::from(repository.has_no_owner);
    }

    fn choices(self) -> Choices {
        let some = |(name, count): (&str, i64)| (count > 0).then(|| (name.to_owned(), count));
        let teams = self.snapshot.teams.iter().map(String::as_str).zip(self.teams);
        let words = &self.snapshot.words;
        let languages = words.languages.iter().map(String::as_str).zip(self.languages);
        let names = words.images.iter().map(String::as_str);
        let mut images: Vec<(&str, i64)> = names.zip(self.images).collect();
        images.sort_unstable_by_key(|(name, count)| (Reverse(*count), *name));
        images.truncate(IMAGES);
        Choices {
            items: self.items,
            states: self.states,
            teams: teams.filter_map(some).collect(),
            no_owner: self.no_owner,
            languages: languages.filter_map(some).collect(),
            images: images.into_iter().filter_map(some).collect(),
        }
    }
}

/// Counts one more at each of the places.
fn count_in(counts: &mut [i64], places: &[usize]) {
    for place in places {
        if let Some(count) = counts.get_mut(*place) {
            *count += 1;
        }
    }
}
