//! What stands still: items, teams and base images with work left and no gain in four weeks.

use std::collections::HashSet;

use chrono::TimeDelta;
use store::read::history::Gains;
use store::read::overview::{BaseImageWork, ItemStanding, TeamStanding};
use store::read::snapshot::{SnapshotRepository, Sums};

use super::view::{IMAGES, NO_OWNER, Number, Sources};
use crate::format;

/// So long without a gain is standing still.
pub(super) const WEEKS: i64 = 4;
/// More are counted, not named.
const NAMED: usize = 6;

/// Something with work left that gained nothing lately.
#[derive(Clone)]
pub(crate) struct Stuck {
    /// Item, team or base image.
    pub(crate) kind: &'static str,
    pub(crate) name: Number,
    /// "93 items left".
    pub(super) left: String,
    /// Items left; of a base image Dockerfiles.
    pub(crate) count: i64,
}

/// All of it, the most work first.
#[derive(Clone)]
pub(crate) struct StuckList {
    pub(crate) shown: Vec<Stuck>,
    /// How many more there are.
    pub(crate) more: usize,
}

/// What may stand still.
pub(super) struct Candidates<'a> {
    pub(super) repositories: &'a [&'a SnapshotRepository],
    pub(super) sums: &'a Sums,
}

impl StuckList {
    /// None where nobody can know: the crawls do not reach back four weeks.
    pub(super) fn new(sources: &Sources<'_>, candidates: &Candidates<'_>) -> Option<Self> {
        let since = sources.now.date_naive() - TimeDelta::weeks(WEEKS);
        let gained = sources.history.gained(candidates.repositories, since)?;
        let sums = candidates.sums;
        let named = sums.images.get(..IMAGES).unwrap_or(&sums.images);
        let mut found = items(sources, &sums.items, &gained);
        found.extend(teams(sources, &sums.teams, &gained));
        found.extend(images(sources, named, &gained));
        found.sort_by_key(|(left, _)| -left);
        let more = found.len().saturating_sub(NAMED);
        let shown = found.into_iter().take(NAMED).map(|(_, it)| it).collect();
        Some(Self { shown, more })
    }
}

type Gained<'a> = [(&'a SnapshotRepository, Gains)];

fn items(sources: &Sources<'_>, items: &[ItemStanding], gained: &Gained<'_>) -> Vec<(i64, Stuck)> {
    let stands = |place: usize| gained.iter().all(|(_, gains)| gains.get(place) == Some(&0));
    let still = items.iter().enumerate();
    still
        .filter(|(place, it)| it.tally.left() > 0 && stands(*place))
        .map(|(_, it)| {
            let choices = [("item", it.item.slug()), ("verdict", "left")];
            let name = Number::new(it.item.title(), sources.part.rows(&choices));
            (it.tally.left(), stuck("Item", name, it.tally.left()))
        })
        .collect()
}

fn teams(sources: &Sources<'_>, teams: &[TeamStanding], gained: &Gained<'_>) -> Vec<(i64, Stuck)> {
    let owners = |it: &SnapshotRepository| {
        let named = it.teams.iter().map(|it| Some(sources.snapshot.team(*it)));
        named.chain(it.has_no_owner.then_some(None)).collect::<Vec<_>>()
    };
    let moving: HashSet<Option<&str>> = gained.iter().flat_map(|(it, _)| owners(it)).collect();
    let with_work = teams.iter().filter(|it| it.tally.left() > 0);
    with_work
        .filter(|it| !moving.contains(&it.team.as_deref()))
        .map(|it| {
            let choice = [("team", it.team.as_deref().unwrap_or(NO_OWNER))];
            let name = it.team.as_deref().unwrap_or("no owner");
            let name = Number::new(name, sources.part.rows(&choice));
            (it.tally.left(), stuck("Team", name, it.tally.left()))
        })
        .collect()
}

/// Of an image that stands still no repository with it came any further with its base image.
fn images(
    sources: &Sources<'_>,
    images: &[BaseImageWork],
    gained: &Gained<'_>,
) -> Vec<(i64, Stuck)> {
    let snapshot = sources.snapshot;
    let further = gained.iter().filter(|(_, gains)| gains.first() != Some(&0));
    let files = further.flat_map(|(it, _)| snapshot.dockerfiles_of(it));
    let bases = files.filter_map(|it| snapshot.report_of(it)).flat_map(|it| &it.bases);
    let moving: HashSet<&str> = bases.map(|it| it.reference.as_str()).collect();
    images
        .iter()
        .filter(|it| !moving.contains(it.reference.as_str()))
        .map(|image| {
            let rows = sources.part.rows(&[("image", &image.reference)]);
            let left = format::counted(image.dockerfiles, "Dockerfile", "Dockerfiles");
            let name = Number::new(&image.reference, rows);
            (image.dockerfiles, Stuck { kind: "Base image", name, left, count: image.dockerfiles })
        })
        .collect()
}

fn stuck(kind: &'static str, name: Number, left: i64) -> Stuck {
    let words = format!("{} left", format::counted(left, "item", "items"));
    Stuck { kind, name, left: words, count: left }
}
