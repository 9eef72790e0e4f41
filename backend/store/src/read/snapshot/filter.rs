//! Which repositories a filter lets through.

use checklist::Item;
use chrono::{DateTime, Utc};

use super::{Snapshot, SnapshotDockerfile, SnapshotRepository};
use crate::read::repository_filter::{
    Archived, Lately, RepositoryFilter, StateFilter, Team, VerdictGroup,
};
use crate::read::standing::Tally;
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

    /// How many verdicts are of the group.
    #[must_use]
    pub fn count(self, tally: Tally) -> i64 {
        match self {
            Self::Left => tally.left(),
            Self::One(one) => tally.count(one),
        }
    }
}

/// The parts of a filter of which each may turn a repository away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Text,
    Item,
    Team,
    /// The state and what is done about archived ones.
    State,
    Image,
    Language,
    QuickWin,
    Lately,
}

impl Part {
    const ALL: [Self; 8] = [
        // Cheap ones first: one that turns away spares the others.
        Self::State,
        Self::Item,
        Self::QuickWin,
        Self::Language,
        Self::Team,
        Self::Lately,
        Self::Text,
        Self::Image,
    ];
}

impl Snapshot {
    /// The repositories that a filter lets through, by name.
    pub fn matching<'a>(
        &'a self,
        filter: &'a RepositoryFilter,
    ) -> impl Iterator<Item = &'a SnapshotRepository> {
        self.places_matching(filter).filter_map(|it| self.repositories.get(it))
    }

    /// Their places in [`Snapshot::repositories`].
    pub fn places_matching<'a>(
        &'a self,
        filter: &'a RepositoryFilter,
    ) -> impl Iterator<Item = usize> + 'a {
        let text = filter.text.as_deref().map(str::to_lowercase);
        let places = self.repositories.iter().enumerate().filter(move |(_, it)| {
            let lets_through = |part: &Part| self.passes(filter, text.as_deref(), *part, it);
            Part::ALL.iter().all(lets_through)
        });
        places.map(|(place, _)| place)
    }

    /// The repositories that a filter lets through, and those that one part of it alone
    /// turns away, with that part.
    pub(super) fn almost_matching<'a>(
        &'a self,
        filter: &'a RepositoryFilter,
    ) -> impl Iterator<Item = (&'a SnapshotRepository, Option<Part>)> {
        let text = filter.text.as_deref().map(str::to_lowercase);
        self.repositories.iter().filter_map(move |it| {
            let turns_away = |part: &Part| !self.passes(filter, text.as_deref(), *part, it);
            let mut against = Part::ALL.into_iter().filter(turns_away);
            match (against.next(), against.next()) {
                (first, None) => Some((it, first)),
                (_, Some(_)) => None,
            }
        })
    }

    /// Whether one part of a filter lets a repository through; `text` is in small letters.
    fn passes(
        &self,
        filter: &RepositoryFilter,
        text: Option<&str>,
        part: Part,
        it: &SnapshotRepository,
    ) -> bool {
        match part {
            Part::Text => text.is_none_or(|text| has_text(it.name.as_str(), text)),
            Part::Item => filter.item.is_none_or(|(item, group)| it.has_verdict(item, group)),
            Part::Team => filter.team.as_ref().is_none_or(|asked| self.has_team(it, asked)),
            Part::State => it.has_state(filter.state, filter.archived),
            Part::Image => filter.image.as_ref().is_none_or(|asked| self.uses_image(it, asked)),
            Part::Language => filter.language.is_none() || it.language == filter.language,
            Part::QuickWin => !filter.is_quick_win || it.is_quick_win(),
            Part::Lately => filter.lately.is_none_or(|(lately, since)| it.happened(lately, since)),
        }
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

impl SnapshotRepository {
    /// Its verdicts on one item.
    #[must_use]
    pub fn item(&self, item: Item) -> Tally {
        let place = Item::ALL.iter().position(|it| *it == item);
        place.and_then(|it| self.items.get(it)).copied().unwrap_or_default()
    }

    /// Some Dockerfile of it has a verdict of the group on the item.
    pub(super) fn has_verdict(&self, item: Item, group: VerdictGroup) -> bool {
        group.count(self.item(item)) > 0
    }

    pub(super) fn has_state(&self, state: StateFilter, archived: Archived) -> bool {
        let is_of_state = match state {
            StateFilter::Counted => {
                let is_archived_out = self.is_archived && self.state == RepositoryState::OutOfScope;
                self.is_counted() || (archived != Archived::Hidden && is_archived_out)
            }
            StateFilter::All => true,
            StateFilter::One(state) => self.state == state,
            StateFilter::SlippedBack => self.has_slipped_back,
            StateFilter::Unreadable => self.is_counted() && self.unreadable_reason.is_some(),
        };
        is_of_state && (archived != Archived::Only || self.is_archived)
    }

    fn happened(&self, lately: Lately, since: DateTime<Utc>) -> bool {
        let is_since = |it: Option<DateTime<Utc>>| it.is_some_and(|it| it >= since);
        match lately {
            Lately::Finished => {
                self.state == RepositoryState::Finished && is_since(self.finished_at)
            }
            Lately::SlippedBack => self.has_slipped_back && is_since(self.slipped_back_at),
            Lately::Changed => self.is_counted() && is_since(self.changed_at),
        }
    }
}

/// Whether a text has a part in small letters, whatever the case of its own. Nearly every
/// name is ASCII, and is then looked at where it stands.
pub(super) fn has_text(text: &str, part: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(part);
    }
    let part = part.as_bytes();
    part.is_empty() || text.as_bytes().windows(part.len()).any(|it| it.eq_ignore_ascii_case(part))
}
