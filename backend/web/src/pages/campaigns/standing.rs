//! Where a campaign stands: the present verdicts and the history of its repositories and items.

use std::sync::Arc;

use checklist::Item;
use chrono::{DateTime, Utc};
use names::OrgLogin;
use store::read::campaigns::Campaign;
use store::read::history::History;
use store::read::overview::ItemStanding;
use store::read::repository_filter::VerdictGroup;
use store::read::snapshot::{Snapshot, SnapshotRepository};
use store::read::standing::Tally;

use crate::app::App;
use crate::error::AppError;
use crate::kept::Basis;
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
    pub(crate) items: Vec<ItemStanding>,
    /// The campaign by team, most work left first.
    pub(crate) teams: Vec<(Option<String>, TeamLeft)>,
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
    pub(crate) fn of(
        app: &App,
        campaign: &Campaign,
        org: &OrgLogin,
        facts: (&Snapshot, &History),
    ) -> Result<Arc<Self>, AppError> {
        let part = Part::parse(&campaign.filter, org, app.now())?;
        let question = (!part.moves_with_the_clock()).then(|| campaign.clone());
        let basis = Basis::new(facts, app.now());
        let make = || Self::new(campaign, part, facts, app.now());
        Ok(app.snapshots.standings.get_or(question, basis, make))
    }

    fn new(
        campaign: &Campaign,
        part: Part,
        (snapshot, history): (&Snapshot, &History),
        now: DateTime<Utc>,
    ) -> Self {
        let repositories: Vec<_> = snapshot.counted(part.filter()).collect();
        let days = history.of(repositories.iter().map(|it| it.id), &campaign.items);
        let chosen = chosen(campaign);
        let mut items = snapshot.items_of(repositories.iter().copied());
        items.retain(|it| chosen.contains(&it.item));
        let tally = items.iter().map(|it| it.tally).sum();
        let left = |it: &&&SnapshotRepository| {
            let group = VerdictGroup::Left;
            items.iter().any(|of| it.has_verdict(of.item, group))
        };
        let unfinished = repositories.iter().filter(left).count();
        let teams = teams(snapshot, &repositories, &chosen);
        Self {
            outlook: Outlook::new(days, Some(campaign.target_on), now),
            repositories: number(repositories.len()),
            finished: number(repositories.len() - unfinished),
            part,
            tally,
            items,
            teams,
        }
    }
}

fn teams(
    snapshot: &Snapshot,
    repositories: &[&SnapshotRepository],
    items: &[Item],
) -> Vec<(Option<String>, TeamLeft)> {
    let places = snapshot.teams.len();
    let mut teams = vec![TeamLeft::default(); places + 1];
    for repository in repositories {
        let unowned = repository.has_no_owner.then_some(places);
        for place in repository.teams.iter().copied().chain(unowned) {
            if let Some(team) = teams.get_mut(place) {
                team.repositories += 1;
            }
        }
        for file in snapshot.dockerfiles_of(repository) {
            if let Some(team) = teams.get_mut(file.team.unwrap_or(places)) {
                items.iter().for_each(|it| team.tally.add(file.verdict(*it)));
            }
        }
    }
    let named = teams.into_iter().enumerate();
    let named = named.map(|(place, team)| (snapshot.teams.get(place).cloned(), team));
    let mut teams: Vec<_> = named.filter(|(_, team)| team.repositories > 0).collect();
    // Between equals those without an owner first, then by name.
    teams.sort_by(|(one, first), (other, second)| {
        second.tally.left().cmp(&first.tally.left()).then_with(|| one.cmp(other))
    });
    teams
}

/// What counts: none chosen means all.
fn chosen(campaign: &Campaign) -> Vec<Item> {
    let is_chosen = |it: &Item| campaign.items.is_empty() || campaign.items.contains(it);
    Item::ALL.into_iter().filter(is_chosen).collect()
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
