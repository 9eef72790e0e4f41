//! What belongs to a team, and how that is known.

use std::cmp::Reverse;
use std::collections::HashMap;

use checklist::Item;

use super::{Snapshot, SnapshotDockerfile, TeamSource};
use crate::read::repository_filter::Team;
use crate::read::standing::Tally;

/// A repository with Dockerfiles of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamRepository {
    /// A place in [`Snapshot::repositories`].
    pub place: usize,
    /// The team's Dockerfiles in it.
    pub dockerfiles: usize,
    /// The verdicts of these.
    pub tally: Tally,
}

impl Snapshot {
    /// The Dockerfiles of a team in repositories in the count, with their places.
    pub fn files_of_team(&self, team: &Team) -> impl Iterator<Item = (usize, &SnapshotDockerfile)> {
        self.counted_among(self.places_of_team(team))
    }

    pub(super) fn count_sources(&self) -> HashMap<Team, Vec<(TeamSource, usize)>> {
        let mut counts: HashMap<(usize, TeamSource), usize> = HashMap::new();
        for (_, file) in self.counted_files() {
            if let Some(key) = file.team.zip(file.team_source) {
                *counts.entry(key).or_default() += 1;
            }
        }
        let mut sources: HashMap<Team, Vec<(TeamSource, usize)>> = HashMap::new();
        for ((team, source), count) in counts {
            let team = Team::Named(self.team(team).to_owned());
            sources.entry(team).or_default().push((source, count));
        }
        for of_team in sources.values_mut() {
            of_team.sort_by_key(|(source, count)| (Reverse(*count), source.slug()));
        }
        sources
    }

    /// The repositories of a team's Dockerfiles, most work left first.
    #[must_use]
    pub fn team_repositories(&self, team: &Team) -> Vec<TeamRepository> {
        let mut found: Vec<TeamRepository> = Vec::new();
        for (_, file) in self.files_of_team(team) {
            let tally = file.tally();
            match found.last_mut().filter(|it| it.place == file.repository) {
                Some(last) => {
                    last.dockerfiles += 1;
                    last.tally += tally;
                }
                None => {
                    found.push(TeamRepository { place: file.repository, dockerfiles: 1, tally })
                }
            }
        }
        found.sort_by_key(|it| Reverse(it.tally.left()));
        found
    }

    /// The eight items over some Dockerfiles, in the checklist's order.
    pub fn items_over<'a>(
        files: impl Iterator<Item = (usize, &'a SnapshotDockerfile)>,
    ) -> [Tally; Item::ALL.len()] {
        let mut sums = [Tally::default(); Item::ALL.len()];
        for (_, file) in files {
            for (sum, verdict) in sums.iter_mut().zip(file.items) {
                sum.add(verdict);
            }
        }
        sums
    }
}
