//! Changes of Dockerfiles and of repositories in one list.

use super::kinds::ChangeKind;
use super::organization::{ChangeChoice, ChangeGroup, ChangeKey};
use crate::read::overview::Milestone;
use crate::read::repository_filter::Team;
use crate::read::snapshot::{Snapshot, SnapshotRepository};

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Verdicts of a Dockerfile.
    Verdicts(ChangeGroup),
    /// A repository was finished or slipped back.
    Milestone(ChangeKey, Milestone),
}

impl Told {
    /// Its place in the list.
    #[must_use]
    pub const fn key(&self) -> &ChangeKey {
        match self {
            Self::Verdicts(group) => &group.key,
            Self::Milestone(key, _) => key,
        }
    }
}

/// The list below a key, newest first, at most `limit`. `groups` are the Dockerfiles' part
/// of it, read with the same choice, key and limit.
#[must_use]
pub fn told(
    snapshot: &Snapshot,
    choice: &ChangeChoice,
    below: Option<&ChangeKey>,
    groups: Vec<ChangeGroup>,
    limit: usize,
) -> Vec<Told> {
    let milestones = milestones(snapshot, choice);
    let milestones = milestones.filter(|(key, _)| below.is_none_or(|below| key < below));
    let mut milestones: Vec<(ChangeKey, &Milestone)> = milestones.collect();
    milestones.sort_by(|(one, _), (other, _)| other.cmp(one));
    milestones.truncate(limit);
    let milestones = milestones.into_iter().map(|(key, it)| Told::Milestone(key, it.clone()));
    let mut all: Vec<Told> = groups.into_iter().map(Told::Verdicts).chain(milestones).collect();
    all.sort_by(|one, other| other.key().cmp(one.key()));
    all.truncate(limit);
    all
}

/// The repositories that a choice tells of. A choice of an item tells of none: they are
/// about all items.
pub(super) fn milestones<'a>(
    snapshot: &'a Snapshot,
    choice: &'a ChangeChoice,
) -> impl Iterator<Item = (ChangeKey, &'a Milestone)> {
    let is_asked = |is_slip: bool| match choice.kind {
        None => true,
        Some(ChangeKind::Finished) => !is_slip,
        Some(ChangeKind::SlippedBack) => is_slip,
        Some(
            ChangeKind::Gained
            | ChangeKind::Lost
            | ChangeKind::Moved
            | ChangeKind::New
            | ChangeKind::Removed
            | ChangeKind::Decision
            | ChangeKind::Ours,
        ) => false,
    };
    let has_team = |it: &SnapshotRepository| match &choice.team {
        None => true,
        Some(Team::NoOwner) => it.has_no_owner,
        Some(Team::Named(name)) => it.teams.iter().any(|it| snapshot.team(*it) == name),
    };
    let keyed = move |it: &'a Milestone| {
        let repository = snapshot.repositories.get(it.place)?;
        let key = ChangeKey { at: it.at, id: -repository.id.0, cause: String::new() };
        has_team(repository).then_some((key, it))
    };
    let all = match choice.item {
        None => snapshot.sums().milestones(choice.since),
        Some(_) => &[],
    };
    all.iter().filter(move |it| is_asked(it.is_slip)).filter_map(keyed)
}
