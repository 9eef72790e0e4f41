//! Which repositories a filter lets through.

use checklist::Item;
use chrono::{DateTime, Utc};

use super::{Snapshot, SnapshotRepository};
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

    /// The group's [`ItemVerdict::bit`]s.
    pub(super) const fn bits(self) -> u8 {
        match self {
            Self::Left => {
                ItemVerdict::Remaining.bit()
                    | ItemVerdict::Verify.bit()
                    | ItemVerdict::Unknown.bit()
            }
            Self::One(verdict) => verdict.bit(),
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

/// A filter whose names are looked up once, and not at each repository.
struct Sought<'a> {
    filter: &'a RepositoryFilter,
    /// The parts that may turn a repository away at all.
    parts: Vec<Part>,
    /// Which repositories have the text in their names, by place.
    named: Option<Vec<bool>>,
    team: Option<usize>,
    /// Without a tag: a place in [`super::Vocabulary::images`].
    image: Option<usize>,
    /// The repositories with a Dockerfile that starts from exactly the image, sorted.
    users: Vec<usize>,
}

impl Snapshot {
    /// The repositories that a filter lets through, by name.
    pub fn matching<'a>(
        &'a self,
        filter: &'a RepositoryFilter,
    ) -> impl Iterator<Item = &'a SnapshotRepository> {
        self.found(filter).into_iter()
    }

    /// Compiled here, and not where it is asked for.
    fn found(&self, filter: &RepositoryFilter) -> Vec<&SnapshotRepository> {
        let sought = Sought::new(self, filter);
        self.repositories.iter().filter(|it| sought.has(it)).collect()
    }

    /// Their places in [`Snapshot::repositories`].
    pub fn places_matching<'a>(
        &'a self,
        filter: &'a RepositoryFilter,
    ) -> impl Iterator<Item = usize> + 'a {
        self.matching(filter).map(|it| it.place)
    }

    /// Whether each repository has a text, in small letters, in its name.
    fn named(&self, text: &str) -> Vec<bool> {
        let mut named = vec![false; self.repositories.len()];
        for place in self.names().0.with(text).flat_map(|(_, places)| places) {
            if let Some(it) = named.get_mut(*place) {
                *it = true;
            }
        }
        named
    }

    /// The repositories that a filter lets through, and those that one part of it alone
    /// turns away, with that part.
    pub(super) fn almost_matching<'a>(
        &'a self,
        filter: &'a RepositoryFilter,
    ) -> impl Iterator<Item = (&'a SnapshotRepository, Option<Part>)> {
        let sought = Sought::new(self, filter);
        self.repositories.iter().filter_map(move |it| {
            let turns_away = |part: &Part| !sought.passes(*part, it);
            let mut against = sought.parts.iter().copied().filter(turns_away);
            match (against.next(), against.next()) {
                (first, None) => Some((it, first)),
                (_, Some(_)) => None,
            }
        })
    }
}

impl<'a> Sought<'a> {
    fn new(snapshot: &Snapshot, filter: &'a RepositoryFilter) -> Self {
        let asked_team = match &filter.team {
            Some(Team::Named(name)) => Some(name),
            Some(Team::NoOwner) | None => None,
        };
        let image = filter.image.as_ref();
        let on = image.map(|it| snapshot.places_on(it)).unwrap_or_default();
        let files = on.iter().filter_map(|it| snapshot.dockerfiles.get(*it));
        Self {
            filter,
            parts: Part::ALL.into_iter().filter(|it| it.is_asked(filter)).collect(),
            named: filter.text.as_deref().map(|it| snapshot.named(&it.to_lowercase())),
            team: asked_team.and_then(|it| snapshot.teams.binary_search(it).ok()),
            image: image.and_then(|it| snapshot.words.images.binary_search(it).ok()),
            users: files.map(|it| it.repository).collect(),
        }
    }

    fn has(&self, it: &SnapshotRepository) -> bool {
        self.parts.iter().all(|part| self.passes(*part, it))
    }

    /// Whether one part lets a repository through, if it is asked at all.
    fn passes(&self, part: Part, it: &SnapshotRepository) -> bool {
        let filter = self.filter;
        match part {
            Part::Text => {
                self.named.as_ref().is_none_or(|named| named.get(it.place) == Some(&true))
            }
            Part::Item => filter.item.is_none_or(|(item, group)| it.has_verdict(item, group)),
            Part::Team => match filter.team {
                None => true,
                Some(Team::NoOwner) => it.has_no_owner,
                Some(Team::Named(_)) => self.team.is_some_and(|team| it.teams.contains(&team)),
            },
            Part::State => it.has_state(filter.state, filter.archived),
            Part::Image => {
                self.image.is_some_and(|image| it.images.contains(&image))
                    || self.users.binary_search(&it.place).is_ok()
            }
            Part::Language => it.language == filter.language,
            Part::QuickWin => it.is_quick_win(),
            Part::Lately => filter.lately.is_none_or(|(lately, since)| it.happened(lately, since)),
        }
    }
}

impl Part {
    const fn is_asked(self, filter: &RepositoryFilter) -> bool {
        match self {
            // Without a word about it: those in the count.
            Self::State => true,
            Self::Text => filter.text.is_some(),
            Self::Item => filter.item.is_some(),
            Self::Team => filter.team.is_some(),
            Self::Image => filter.image.is_some(),
            Self::Language => filter.language.is_some(),
            Self::QuickWin => filter.is_quick_win,
            Self::Lately => filter.lately.is_some(),
        }
    }
}

impl SnapshotRepository {
    /// Its verdicts on one item.
    #[must_use]
    pub fn item(&self, item: Item) -> Tally {
        self.items.get(item as usize).copied().unwrap_or_default()
    }

    /// Some Dockerfile of it has a verdict of the group on the item.
    #[must_use]
    pub fn has_verdict(&self, item: Item, group: VerdictGroup) -> bool {
        self.verdicts.get(item as usize).is_some_and(|it| it & group.bits() != 0)
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
