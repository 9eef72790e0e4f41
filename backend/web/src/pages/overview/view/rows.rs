//! The rows of the overview's tables and lists.

use checklist::Suggestion;
use store::read::overview::{BaseImageWork, ItemStanding, Milestone, TeamStanding};

use super::lead::dockerfile_rows;
use super::{NO_OWNER, Number, Sources};
use crate::format::{self, Moment};
use crate::links;
use crate::parts::{Bar, Linked, Tally};

/// How many repositories a list of this week names.
const NAMED: usize = 6;

/// One of the eight items.
pub(crate) struct ItemRow {
    pub(crate) title: Linked,
    pub(crate) bar: Bar,
    pub(crate) left: Number,
    pub(crate) repositories: Number,
}

/// A base image and what to use instead.
pub(crate) struct ImageRow {
    pub(crate) reference: String,
    pub(crate) is_build: bool,
    pub(crate) hardened: Option<Linked>,
    /// Why there is no hardened image to name.
    pub(crate) otherwise: &'static str,
    pub(crate) dockerfiles: Number,
}

/// One team.
pub(crate) struct TeamRow {
    pub(crate) name: Number,
    pub(crate) bar: Bar,
    pub(crate) finished: Number,
    pub(crate) repositories: Number,
    pub(crate) left: String,
}

/// The repositories that reached, or left, the finish this week.
pub(crate) struct MilestoneList {
    pub(crate) shown: Vec<(Linked, Moment)>,
    /// The way to all, where more are than shown.
    pub(crate) all: Option<Number>,
}

impl ItemRow {
    pub(super) fn new(sources: &Sources<'_>, standing: &ItemStanding) -> Self {
        let tally = Tally::from(standing.tally);
        let choices = [("item", standing.item.slug()), ("verdict", "left")];
        let title = links::item(&sources.header.login, standing.item);
        Self {
            title: Linked::new(standing.item.title(), title),
            bar: Bar::new(tally),
            left: Number::new(format::number(tally.left()), dockerfile_rows(sources, &choices)),
            repositories: Number::new(
                format::number(standing.repositories_left),
                sources.part.rows(&choices),
            ),
        }
    }
}

impl ImageRow {
    pub(super) fn new(sources: &Sources<'_>, work: &BaseImageWork) -> Self {
        let stage = if work.is_build { "build" } else { "shipped" };
        let choices = [("image", work.reference.as_str()), ("stage", stage)];
        let rows = dockerfile_rows(sources, &choices);
        let (hardened, otherwise) = match &work.suggestion {
            Suggestion::Use(reference) => {
                let link = links::image(&sources.header.login, reference);
                (Some(Linked::new(reference.as_str(), link)), "")
            }
            Suggestion::NoneExists => (None, "none exists"),
            Suggestion::NotKnown | Suggestion::AlreadyHardened => (None, "not known"),
        };
        Self {
            dockerfiles: Number::new(format::number(work.dockerfiles), rows),
            reference: work.reference.clone(),
            is_build: work.is_build,
            hardened,
            otherwise,
        }
    }
}

impl TeamRow {
    pub(super) fn new(sources: &Sources<'_>, standing: &TeamStanding) -> Self {
        let team = standing.team.as_deref().unwrap_or(NO_OWNER);
        let tally = Tally::from(standing.tally);
        let rows = |state| sources.part.rows(&[("team", team), ("state", state)]);
        Self {
            finished: Number::new(format::number(standing.finished), rows("finished")),
            repositories: Number::new(
                format::number(standing.repositories),
                sources.part.rows(&[("team", team)]),
            ),
            bar: Bar::new(tally),
            left: format::number(tally.left()),
            name: Number::new(
                standing.team.as_deref().unwrap_or("no owner"),
                sources.part.rows(&[("team", team)]),
            ),
        }
    }
}

impl MilestoneList {
    pub(super) fn new(sources: &Sources<'_>, milestones: &[&Milestone], week: &str) -> Self {
        let shown = milestones.iter().take(NAMED).map(|it| {
            let link = links::repository(&sources.header.login, &it.repository);
            (Linked::new(it.repository.as_str(), link), Moment::new(it.at, sources.now))
        });
        let all = (milestones.len() > NAMED).then(|| {
            let count = i64::try_from(milestones.len()).unwrap_or(i64::MAX);
            let text = format!("All {}", format::number(count));
            Number::new(text, sources.part.rows(&[("week", week)]))
        });
        Self { shown: shown.collect(), all }
    }
}
