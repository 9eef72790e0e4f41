//! Where a campaign stands: the present verdicts and the history of its repositories and items.

use std::collections::BTreeMap;

use checklist::Item;
use chrono::{DateTime, Utc};
use names::OrgLogin;
use store::read::campaigns::Campaign;
use store::read::history::History;
use store::read::snapshot::{Snapshot, SnapshotRepository};
use store::read::standing::Tally;

use crate::error::AppError;
use crate::outlook::Outlook;
use crate::part::Part;

/// A campaign's part of the organization and what became of it.
pub(crate) struct CampaignStanding {
    pub(crate) part: Part,
    pub(crate) outlook: Outlook,
    pub(crate) repositories: i64,
    /// Repositories without anything left of the campaign's items.
    pub(crate) finished: i64,
    pub(crate) tally: Tally,
    pub(crate) items: Vec<ItemLeft>,
    /// By the name of the team; those without an owner first.
    pub(crate) teams: Vec<(Option<String>, TeamLeft)>,
}

/// One of the campaign's items.
pub(crate) struct ItemLeft {
    pub(crate) item: Item,
    pub(crate) tally: Tally,
    pub(crate) repositories_left: i64,
}

/// One team's share of a campaign.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TeamLeft {
    /// Repositories of the campaign with a Dockerfile of the team.
    pub(crate) repositories: i64,
    /// Of the team's own Dockerfiles.
    pub(crate) tally: Tally,
}

impl CampaignStanding {
    /// Fails where the campaign's filter means nothing (any more).
    pub(crate) fn new(
        campaign: &Campaign,
        org: &OrgLogin,
        (snapshot, history): (&Snapshot, &History),
        now: DateTime<Utc>,
    ) -> Result<Self, AppError> {
        let part = Part::parse(&campaign.filter, org, now)?;
        let repositories: Vec<_> = snapshot.counted(part.filter()).collect();
        let days = history.of(repositories.iter().map(|it| it.id), &campaign.items);
        let items = items(campaign, &repositories);
        let tally = items.iter().map(|it| it.tally).sum();
        let left = |it: &&SnapshotRepository| tally_of(it, &campaign.items).left() > 0;
        let unfinished = repositories.iter().filter(|it| left(it)).count();
        Ok(Self {
            outlook: Outlook::new(days, Some(campaign.target_on), now),
            repositories: number(repositories.len()),
            finished: number(repositories.len() - unfinished),
            teams: teams(campaign, snapshot, &repositories),
            part,
            tally,
            items,
        })
    }
}

/// Whether a campaign's items, none meaning all, have one.
fn has(items: &[Item], item: Item) -> bool {
    items.is_empty() || items.contains(&item)
}

fn tally_of(repository: &SnapshotRepository, items: &[Item]) -> Tally {
    let each = Item::ALL.into_iter().zip(repository.items);
    each.filter(|(item, _)| has(items, *item)).map(|(_, tally)| tally).sum()
}

fn items(campaign: &Campaign, repositories: &[&SnapshotRepository]) -> Vec<ItemLeft> {
    let chosen = Item::ALL.into_iter().filter(|it| has(&campaign.items, *it));
    chosen
        .map(|item| {
            let tallies = || repositories.iter().map(|it| tally_of(it, &[item]));
            ItemLeft {
                item,
                tally: tallies().sum(),
                repositories_left: number(tallies().filter(|it| it.left() > 0).count()),
            }
        })
        .collect()
}

fn teams(
    campaign: &Campaign,
    snapshot: &Snapshot,
    repositories: &[&SnapshotRepository],
) -> Vec<(Option<String>, TeamLeft)> {
    let mut teams: BTreeMap<Option<&str>, TeamLeft> = BTreeMap::new();
    for repository in repositories {
        let owners = repository.teams.iter().map(|it| Some(snapshot.team(*it)));
        for owner in owners.chain(repository.has_no_owner.then_some(None)) {
            teams.entry(owner).or_default().repositories += 1;
        }
        for file in snapshot.dockerfiles_of(repository) {
            let team = teams.entry(file.team.map(|it| snapshot.team(it))).or_default();
            let verdicts = Item::ALL.into_iter().zip(file.items);
            let chosen = verdicts.filter(|(item, _)| has(&campaign.items, *item));
            team.tally += chosen.map(|(_, verdict)| Tally::one(verdict)).sum();
        }
    }
    let mut teams: Vec<_> =
        teams.into_iter().map(|(name, team)| (name.map(str::to_owned), team)).collect();
    teams.sort_by_key(|(_, team)| -team.tally.left());
    teams
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
