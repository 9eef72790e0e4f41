//! Which repositories and Dockerfiles a filter lets through.

use super::{Snapshot, SnapshotDockerfile, SnapshotRepository};
use crate::read::repository_filter::{
    Archived, Lately, RepositoryFilter, StateFilter, Team, VerdictGroup,
};
use crate::read::words::{ItemVerdict, RepositoryState};

impl VerdictGroup {
    /// Whether a verdict is one of the group.
    #[must_use]
    pub fn has(self, verdict: ItemVerdict) -> bool {
        match self {
            Self::Left => verdict.is_left(),
            Self::One(one) => verdict == one,
        }
    }
}

impl Snapshot {
    /// The repositories that a filter lets through, by name.
    pub fn matching<'a>(
        &'a self,
        filter: &'a RepositoryFilter,
    ) -> impl Iterator<Item = &'a SnapshotRepository> {
        let text = filter.text.as_deref().map(str::to_lowercase);
        self.repositories.iter().filter(move |it| {
            let named = |part: &String| it.name.as_str().to_lowercase().contains(part);
            text.as_ref().is_none_or(named) && self.lets_through(filter, it)
        })
    }

    /// Every choice but the text.
    fn lets_through(&self, filter: &RepositoryFilter, it: &SnapshotRepository) -> bool {
        let has_state = match filter.state {
            StateFilter::Counted => {
                it.is_counted()
                    || (filter.archived != Archived::Hidden
                        && it.is_archived
                        && it.state == RepositoryState::OutOfScope)
            }
            StateFilter::All => true,
            StateFilter::One(state) => it.state == state,
            StateFilter::SlippedBack => it.has_slipped_back,
            StateFilter::Unreadable => it.is_counted() && it.unreadable_reason.is_some(),
        };
        has_state
            && (filter.archived != Archived::Only || it.is_archived)
            && (!filter.is_quick_win || it.is_quick_win())
            && filter.language.as_ref().is_none_or(|asked| it.language.as_ref() == Some(asked))
            && filter.team.as_ref().is_none_or(|asked| self.has_team(it, asked))
            && filter.item.is_none_or(|(item, group)| {
                self.dockerfiles_of(it).iter().any(|file| group.has(file.verdict(item)))
            })
            && filter.image.as_ref().is_none_or(|asked| self.uses_image(it, asked))
            && filter.lately.is_none_or(|(lately, since)| happened(it, lately, since))
    }

    fn has_team(&self, repository: &SnapshotRepository, asked: &Team) -> bool {
        match asked {
            Team::NoOwner => repository.has_no_owner,
            Team::Named(name) => repository.teams.iter().any(|it| self.team(*it) == name),
        }
    }

    fn uses_image(&self, repository: &SnapshotRepository, asked: &str) -> bool {
        let uses = |file: &SnapshotDockerfile| {
            let bases = self.report_of(file).map(|it| it.bases.as_slice()).unwrap_or_default();
            bases.iter().any(|it| it.reference == asked || it.image == asked)
        };
        self.dockerfiles_of(repository).iter().any(uses)
    }
}

fn happened(
    repository: &SnapshotRepository,
    lately: Lately,
    since: chrono::DateTime<chrono::Utc>,
) -> bool {
    let is_since = |it: Option<chrono::DateTime<chrono::Utc>>| it.is_some_and(|it| it >= since);
    match lately {
        Lately::Finished => {
            repository.state == RepositoryState::Finished && is_since(repository.finished_at)
        }
        Lately::SlippedBack => repository.has_slipped_back && is_since(repository.slipped_back_at),
        Lately::Changed => repository.is_counted() && is_since(repository.changed_at),
    }
}
