//! What to do next: the repositories one item from finished, and the base image whose change
//! settles most.

use checklist::{Item, Suggestion};
use store::read::overview::BaseImageWork;
use store::read::snapshot::SnapshotRepository;

use super::view::{Number, Sources};
use crate::links;
use crate::parts::Linked;

/// How many repositories are named.
const NAMED: usize = 6;

/// The next steps.
pub(super) struct Next {
    /// Repositories, each with the one item that is left.
    pub(super) quick_wins: Vec<(Linked, &'static str)>,
    /// The way to all, where more are than shown.
    pub(super) all: Option<Number>,
    pub(super) image: Option<ImageStep>,
}

/// A change of base image.
pub(super) struct ImageStep {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) dockerfiles: i64,
}

impl Next {
    pub(super) fn new(sources: &Sources<'_>, wins: &[usize], images: &[BaseImageWork]) -> Self {
        let org = &sources.header.login;
        let total = wins.len();
        let win = |place: &usize| {
            let it = sources.snapshot.repositories.get(*place)?;
            Some((Linked::new(it.name.as_str(), links::repository(org, &it.name)), only_item(it)?))
        };
        let more = (total > NAMED)
            .then(|| Number::new(format!("All {total}"), sources.part.rows(&[("quick", "1")])));
        Self {
            quick_wins: wins.iter().take(NAMED).filter_map(win).collect(),
            all: more,
            image: images.iter().find_map(step),
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.quick_wins.is_empty() && self.image.is_none()
    }
}

fn only_item(repository: &SnapshotRepository) -> Option<&'static str> {
    let items = Item::ALL.iter().zip(repository.items.iter());
    items.filter(|(_, tally)| tally.left() > 0).map(|(item, _)| item.title()).next()
}

fn step(work: &BaseImageWork) -> Option<ImageStep> {
    match &work.suggestion {
        Suggestion::Use(to) => Some(ImageStep {
            from: work.reference.clone(),
            to: to.clone(),
            dockerfiles: work.dockerfiles,
        }),
        Suggestion::NoneExists | Suggestion::NotKnown | Suggestion::AlreadyHardened => None,
    }
}
