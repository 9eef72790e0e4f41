//! What stands still: items, teams and base images with work left and no gain in four weeks.

use std::collections::{HashMap, HashSet};

use checklist::Item;
use chrono::{NaiveDate, TimeDelta};
use names::RepositoryId;
use store::read::overview::{BaseImageWork, ItemStanding, TeamStanding};
use store::read::snapshot::SnapshotRepository;

use super::view::{IMAGES, NO_OWNER, Number, Sources};
use crate::format;

/// So long without a gain is standing still.
pub(super) const WEEKS: i64 = 4;
/// More are counted, not named.
const NAMED: usize = 6;

/// Something with work left that gained nothing lately.
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
#[derive(Default)]
pub(crate) struct StuckList {
    pub(crate) shown: Vec<Stuck>,
    /// How many more there are.
    pub(crate) more: usize,
}

/// What may stand still.
pub(super) struct Candidates<'a> {
    pub(super) repositories: &'a [&'a SnapshotRepository],
    pub(super) items: &'a [ItemStanding],
    pub(super) teams: &'a [TeamStanding],
    pub(super) images: &'a [BaseImageWork],
}

impl StuckList {
    /// Of all that the sources are about.
    pub(crate) fn of(sources: &Sources<'_>) -> Option<Self> {
        let (part, snapshot) = (sources.part, sources.snapshot);
        let repositories = part.repositories(snapshot);
        let each = || repositories.iter().copied();
        let mut images = snapshot.base_image_work(each());
        images.truncate(IMAGES);
        let (items, teams) = (snapshot.items_of(each()), snapshot.team_standings_of(each()));
        let (items, teams, images) = (&items, &teams, &images);
        Self::new(sources, &Candidates { repositories: &repositories, items, teams, images })
    }

    /// None where nobody can know: the crawls do not reach back four weeks.
    pub(super) fn new(sources: &Sources<'_>, candidates: &Candidates<'_>) -> Option<Self> {
        let since = sources.now.date_naive() - TimeDelta::weeks(WEEKS);
        let all = candidates.repositories.iter().map(|it| it.id);
        let gains = sources.history.gains(all, since)?;
        let mut found = items(sources, candidates.items, &gains);
        found.extend(teams(sources, candidates, since));
        found.extend(images(sources, candidates, since));
        found.sort_by_key(|(left, _)| -left);
        let more = found.len().saturating_sub(NAMED);
        let shown = found.into_iter().take(NAMED).map(|(_, it)| it).collect();
        Some(Self { shown, more })
    }
}

fn items(
    sources: &Sources<'_>,
    items: &[ItemStanding],
    gains: &[i64; Item::ALL.len()],
) -> Vec<(i64, Stuck)> {
    let still = items.iter().zip(gains).filter(|(it, gain)| it.tally.left() > 0 && **gain == 0);
    still
        .map(|(it, _)| {
            let choices = [("item", it.item.slug()), ("verdict", "left")];
            let name = Number::new(it.item.title(), sources.part.rows(&choices));
            (it.tally.left(), stuck("Item", name, it.tally.left()))
        })
        .collect()
}

fn teams(
    sources: &Sources<'_>,
    candidates: &Candidates<'_>,
    since: NaiveDate,
) -> Vec<(i64, Stuck)> {
    let mut repositories: HashMap<Option<&str>, Vec<RepositoryId>> = HashMap::new();
    for it in candidates.repositories {
        let owners = it.teams.iter().map(|it| Some(sources.snapshot.team(*it)));
        for owner in owners.chain(it.has_no_owner.then_some(None)) {
            repositories.entry(owner).or_default().push(it.id);
        }
    }
    let with_work = candidates.teams.iter().filter(|it| it.tally.left() > 0);
    with_work
        .filter(|it| {
            let ids = repositories.remove(&it.team.as_deref()).unwrap_or_default();
            let gains = sources.history.gains(ids.into_iter(), since);
            gains.is_some_and(|it| it.iter().all(|it| *it == 0))
        })
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
    candidates: &Candidates<'_>,
    since: NaiveDate,
) -> Vec<(i64, Stuck)> {
    let users = candidates.images.iter().map(|image| (image, users(sources, candidates, image)));
    users
        .filter(|(_, users)| {
            let gains = sources.history.gains(users.iter().copied(), since);
            gains.is_some_and(|it| it.first() == Some(&0))
        })
        .map(|(image, _)| {
            let rows = sources.part.rows(&[("image", &image.reference)]);
            let left = format::counted(image.dockerfiles, "Dockerfile", "Dockerfiles");
            let name = Number::new(&image.reference, rows);
            (image.dockerfiles, Stuck { kind: "Base image", name, left, count: image.dockerfiles })
        })
        .collect()
}

fn users(
    sources: &Sources<'_>,
    candidates: &Candidates<'_>,
    image: &BaseImageWork,
) -> HashSet<RepositoryId> {
    let snapshot = sources.snapshot;
    let uses = |it: &&&SnapshotRepository| {
        let reports = snapshot.dockerfiles_of(it).iter().filter_map(|it| snapshot.report_of(it));
        reports.flat_map(|it| &it.bases).any(|it| it.reference == image.reference)
    };
    candidates.repositories.iter().filter(uses).map(|it| it.id).collect()
}

fn stuck(kind: &'static str, name: Number, left: i64) -> Stuck {
    let words = format!("{} left", format::counted(left, "item", "items"));
    Stuck { kind, name, left: words, count: left }
}
