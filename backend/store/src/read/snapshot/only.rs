//! An organization as it is for somebody who sees only some of its repositories: as if the
//! others were not there, in no name, choice or sum.

use std::collections::{BTreeSet, HashMap};

use super::{Snapshot, SnapshotDockerfile, SnapshotRepository};
use crate::read::SightDigest;
use crate::read::dockerfiles::{DockerfileFilter, ImageFilter};
use crate::read::repository_filter::{RepositoryFilter, Team};

/// Where teams and reports stand in the reduced snapshot.
struct Places {
    /// The old places of the teams that are left; a new place is the place here.
    teams: Vec<usize>,
    /// New places by old ones.
    reports: HashMap<usize, usize>,
}

impl Snapshot {
    /// The same organization with these repositories alone, by GitHub's ids, in order.
    #[must_use]
    pub fn only(&self, ids: &[i64]) -> Self {
        let is_seen = |it: &&SnapshotRepository| ids.binary_search(&it.id.0).is_ok();
        let seen: Vec<&SnapshotRepository> = self.repositories.iter().filter(is_seen).collect();
        let teams: BTreeSet<usize> = seen.iter().flat_map(|it| self.teams_named_by(it)).collect();
        let mut reduced = Self {
            organization_id: self.organization_id,
            revision: self.revision,
            only: Some(SightDigest::of(ids)),
            teams: teams.iter().map(|it| self.team(*it).to_owned()).collect(),
            ..Self::default()
        };
        let mut places = Places { teams: teams.into_iter().collect(), reports: HashMap::new() };
        for repository in seen {
            reduced.take(repository, self, &mut places);
        }
        reduced.learn_words();
        reduced
    }

    /// The ids of its repositories, where it was reduced to them: what else is read about it is
    /// read about these alone.
    pub(in crate::read) fn only_ids(&self) -> Option<Vec<i64>> {
        self.only.map(|_| self.repositories.iter().map(|it| it.id.0).collect())
    }

    /// Whether everything is here that a filter of repositories names: a team, a base image, a
    /// language, a part of a name.
    #[must_use]
    pub fn has_what_is_named_by(&self, filter: &RepositoryFilter) -> bool {
        let language = filter.language.as_ref();
        filter.team.as_ref().is_none_or(|it| self.has_team(it))
            && filter.image.as_deref().is_none_or(|it| self.has_image(it))
            && language.is_none_or(|it| self.words.languages.binary_search(it).is_ok())
            && filter.text.as_deref().is_none_or(|it| self.has_name(it))
    }

    /// Whether everything is here that a filter of Dockerfiles names.
    #[must_use]
    pub fn has_what_is_named_among_dockerfiles_by(&self, filter: &DockerfileFilter) -> bool {
        let named = DockerfileFilter { text: filter.text.clone(), ..DockerfileFilter::default() };
        filter.team.as_ref().is_none_or(|it| self.has_team(it))
            && filter.image.as_ref().is_none_or(|it| match it {
                ImageFilter::Written(image) | ImageFilter::AnyTag(image) => self.has_image(image),
            })
            && (filter.text.is_none() || !self.dockerfiles_matching(&named).is_empty())
    }

    fn has_team(&self, team: &Team) -> bool {
        match team {
            Team::NoOwner => true,
            Team::Named(name) => self.teams.binary_search(name).is_ok(),
        }
    }

    /// With or without its tag.
    fn has_image(&self, image: &str) -> bool {
        self.references().any(|it| it == image) || self.words.images.iter().any(|it| it == image)
    }

    fn has_name(&self, text: &str) -> bool {
        self.names().0.with(&text.to_lowercase()).next().is_some()
    }

    fn teams_named_by(&self, repository: &SnapshotRepository) -> impl Iterator<Item = usize> {
        let of_files = self.dockerfiles_of(repository).iter().filter_map(|it| it.team);
        of_files.chain(repository.own_team)
    }

    /// Adds a repository of another snapshot, with its Dockerfiles and their reports.
    fn take(&mut self, repository: &SnapshotRepository, from: &Self, places: &mut Places) {
        let place = self.repositories.len();
        let first = self.dockerfiles.len();
        for file in from.dockerfiles_of(repository) {
            let report = file.report.map(|it| self.take_report(it, from, places));
            self.dockerfiles.push(SnapshotDockerfile {
                repository: place,
                path: file.path.clone(),
                team: file.team.and_then(|it| places.team(it)),
                report,
                ..*file
            });
        }
        self.repositories.push(SnapshotRepository {
            teams: repository.teams.iter().filter_map(|it| places.team(*it)).collect(),
            own_team: repository.own_team.and_then(|it| places.team(it)),
            dockerfiles: first..self.dockerfiles.len(),
            images: Vec::new(),
            place,
            ..repository.clone()
        });
    }

    /// The new place of a report, which is added when it is met first.
    fn take_report(&mut self, old: usize, from: &Self, places: &mut Places) -> usize {
        let next = self.reports.len();
        let place = *places.reports.entry(old).or_insert(next);
        if place == next {
            self.reports.extend(from.reports.get(old).cloned());
        }
        place
    }
}

impl Places {
    fn team(&self, old: usize) -> Option<usize> {
        self.teams.binary_search(&old).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use checklist::{Item, Suggestion};
    use names::RepositoryId;

    use super::*;
    use crate::read::snapshot::{SnapshotBase, SnapshotReport};
    use crate::read::words::{ItemVerdict, RepositoryState};

    fn report(id: i64) -> SnapshotReport {
        let base = |image: String| SnapshotBase {
            reference: format!("{image}:20"),
            image,
            is_build: false,
            hardened: Some(false),
            suggestion: Suggestion::NoneExists,
            remark: None,
        };
        let bases = vec![base(format!("image-{}", id % 400)), base("node".to_owned())];
        SnapshotReport { id, bases, findings: Vec::new() }
    }

    /// A repository with three Dockerfiles, each with a report that some others have too.
    fn add_repository(snapshot: &mut Snapshot, id: usize) {
        let first = snapshot.dockerfiles.len();
        for number in 0..3 {
            snapshot.dockerfiles.push(SnapshotDockerfile {
                id: 0,
                repository: id,
                path: format!("service-{number}/Dockerfile").parse().unwrap(),
                team: Some(id % 300),
                team_source: None,
                items: [ItemVerdict::Remaining; Item::ALL.len()],
                report: Some((id * 3 + number) % 20_000),
                committed_at: chrono::DateTime::UNIX_EPOCH,
                left: 8,
                is_counted: true,
            });
        }
        snapshot.repositories.push(SnapshotRepository {
            id: RepositoryId(i64::try_from(id).unwrap()),
            name: format!("repository-{id}").parse().unwrap(),
            state: RepositoryState::NotStarted,
            is_archived: false,
            has_slipped_back: false,
            language: Some(format!("language-{}", id % 20)),
            unreadable_reason: None,
            committed_at: None,
            changed_at: None,
            finished_at: None,
            slipped_back_at: None,
            teams: vec![id % 300],
            has_no_owner: false,
            dockerfiles: first..first + 3,
            images: Vec::new(),
            items: Box::default(),
            place: id,
            own_team: Some(id % 300),
            verdicts: [0; Item::ALL.len()],
            tally: Default::default(),
            language_place: None,
        });
    }

    fn organization(repositories: usize) -> Snapshot {
        let teams = (0..300).map(|it| format!("team-{it:03}")).collect();
        let reports = (0..20_000).map(report).collect();
        let mut snapshot = Snapshot { teams, reports, ..Snapshot::default() };
        (0..repositories).for_each(|id| add_repository(&mut snapshot, id));
        snapshot.learn_words();
        snapshot
    }

    #[test]
    fn an_organization_reduced_to_all_its_repositories_is_itself() {
        let whole = organization(700);
        let ids: Vec<i64> = (0..700).collect();
        let mut all = whole.only(&ids);
        assert_eq!(all.only, Some(SightDigest::of(&ids)));
        // Reports that nobody has are read from no database.
        let used = whole.reports.get(..2_100).unwrap().to_vec();
        let mut whole = Snapshot { reports: used, only: all.only, ..whole };
        whole.learn_words();
        all.learn_words();
        assert!(all == whole);
    }

    #[test]
    fn what_only_hidden_repositories_have_is_named_nowhere() {
        let reduced = organization(700).only(&[1, 2, 301]);
        assert_eq!(reduced.teams, ["team-001", "team-002"]);
        assert_eq!(reduced.words.languages, ["language-1", "language-2"]);
        assert_eq!((reduced.repositories.len(), reduced.dockerfiles.len()), (3, 9));
        assert_eq!(reduced.reports.len(), 9);
        let [first, _, last] = &reduced.repositories[..] else { panic!() };
        assert_eq!((&first.teams, &last.teams, last.own_team), (&vec![0], &vec![0], Some(0)));
        assert_eq!(reduced.dockerfiles_of(last).len(), 3);
        assert!(reduced.dockerfiles_of(last).iter().all(|it| it.repository == 2));
        assert_eq!(reduced.report_of(&reduced.dockerfiles[8]).unwrap().id, 905);
    }

    #[test]
    fn half_of_ten_thousand_repositories_are_picked_in_a_moment() {
        let whole = organization(10_000);
        let ids: Vec<i64> = (0..10_000).step_by(2).collect();
        let began = Instant::now();
        let reduced = whole.only(&ids);
        println!("5,000 of 10,000 repositories in {:?}", began.elapsed());
        assert_eq!(reduced.repositories.len(), 5_000);
    }
}
