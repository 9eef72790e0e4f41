//! What does not depend on what is asked: read off a snapshot when it is first wanted, and kept
//! with it.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use checklist::Item;
use tokio::sync::OnceCell;

use super::name_list::NameList;
use super::{ImageUse, Reasons, Snapshot, SnapshotDockerfile, Sums, TeamSource};
use crate::read::changes::ChangeLog;
use crate::read::disputes::DisputedRule;
use crate::read::repository_filter::Team;

/// Everything that is read once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Once {
    sums: OnceLock<Sums>,
    images: OnceLock<Vec<ImageUse>>,
    reasons: [OnceLock<Reasons>; Item::ALL.len()],
    sources: OnceLock<HashMap<Team, Vec<(TeamSource, usize)>>>,
    behind: OnceLock<Behind>,
    names: OnceLock<(NameList, NameList)>,
    changes: OnceCell<ChangeLog>,
    disputes: OnceCell<Vec<DisputedRule>>,
}

/// The Dockerfiles behind a name: places in [`Snapshot::dockerfiles`], in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Behind {
    /// By the base images that they start from, as people write these.
    references: BTreeMap<String, Vec<usize>>,
    /// By the place of their team; those without an owner come last.
    teams: Vec<Vec<usize>>,
}

impl Snapshot {
    /// What the whole organization adds up to.
    #[must_use]
    pub fn sums(&self) -> &Sums {
        self.once.sums.get_or_init(|| self.sums_of(self.repositories.iter()))
    }

    /// The base images in use, most Dockerfiles first.
    #[must_use]
    pub fn images(&self) -> &[ImageUse] {
        self.once.images.get_or_init(|| self.images_of(self.counted_files()))
    }

    /// The reasons why an item is left. What people decided is not left.
    #[must_use]
    pub fn reasons(&self, item: Item) -> &Reasons {
        let [first, ..] = &self.once.reasons;
        let kept = self.once.reasons.get(item as usize).unwrap_or(first);
        kept.get_or_init(|| self.find_reasons(item))
    }

    /// Where it is said whose Dockerfiles are, by how many, of each team.
    #[must_use]
    pub fn sources_of_teams(&self) -> &HashMap<Team, Vec<(TeamSource, usize)>> {
        self.once.sources.get_or_init(|| self.count_sources())
    }

    /// The names of repositories and the paths of Dockerfiles, to search in.
    pub(in crate::read) fn names(&self) -> &(NameList, NameList) {
        self.once.names.get_or_init(|| {
            let repositories = self.repositories.iter().map(|it| it.name.as_str());
            let paths = self.dockerfiles.iter().map(|it| it.path.as_str());
            (NameList::of(repositories), NameList::of(paths))
        })
    }

    /// Whether the changes of verdicts were read already.
    #[must_use]
    pub fn knows_changes(&self) -> bool {
        self.once.changes.initialized()
    }

    /// The changes of verdicts: only its own pages read them.
    pub(in crate::read) fn changes(&self) -> &OnceCell<ChangeLog> {
        &self.once.changes
    }

    /// What people dispute: only its own pages read it.
    pub(in crate::read) fn disputes(&self) -> &OnceCell<Vec<DisputedRule>> {
        &self.once.disputes
    }

    /// The base images in use as people write them, by name.
    pub(in crate::read) fn references(&self) -> impl Iterator<Item = &str> {
        self.behind().references.keys().map(String::as_str)
    }

    fn behind(&self) -> &Behind {
        self.once.behind.get_or_init(|| {
            let mut behind =
                Behind { teams: vec![Vec::new(); self.teams.len() + 1], ..Behind::default() };
            for (place, file) in self.dockerfiles.iter().enumerate() {
                behind.add(self, place, file);
            }
            behind
        })
    }

    /// The Dockerfiles of a team, in the count or not.
    pub(super) fn places_of_team(&self, team: &Team) -> &[usize] {
        let place = match team {
            Team::NoOwner => Some(self.teams.len()),
            Team::Named(name) => self.teams.binary_search(name).ok(),
        };
        let places = place.and_then(|it| self.behind().teams.get(it));
        places.map(Vec::as_slice).unwrap_or_default()
    }

    /// The Dockerfiles that start from a base image, in the count or not.
    pub(super) fn places_on(&self, reference: &str) -> &[usize] {
        self.behind().references.get(reference).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Behind {
    fn add(&mut self, snapshot: &Snapshot, place: usize, file: &SnapshotDockerfile) {
        if let Some(of_team) = self.teams.get_mut(file.team.unwrap_or(snapshot.teams.len())) {
            of_team.push(place);
        }
        for base in snapshot.report_of(file).map(|it| it.bases.as_slice()).unwrap_or_default() {
            let on = match self.references.get_mut(&base.reference) {
                Some(on) => on,
                None => self.references.entry(base.reference.clone()).or_default(),
            };
            // Several stages may start from one image.
            if on.last() != Some(&place) {
                on.push(place);
            }
        }
    }
}
