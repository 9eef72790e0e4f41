//! What the page of one team prints.

use checklist::Item;
use names::OrgLogin;
use store::read::repository_filter::Team;
use store::read::snapshot::{Snapshot, TeamRepository};
use store::read::standing;

use crate::counts::{VerdictCount, verdict_counts};
use crate::format;
use crate::links;
use crate::pages::campaigns::CampaignLine;
use crate::pages::images::ImageRow;
use crate::pages::teams::{sources_words, team_lines};
use crate::parts::{Bar, Linked, Tally, tally_words};

/// Repositories and base images that are named.
const NAMED: usize = 20;

/// The whole page.
pub(super) struct TeamView {
    pub(super) org: OrgLogin,
    pub(super) name: String,
    pub(super) list_link: String,
    pub(super) settings_link: String,
    pub(super) is_no_owner: bool,
    pub(super) repositories: Linked,
    pub(super) finished: Linked,
    pub(super) dockerfiles: Linked,
    pub(super) changes_link: String,
    /// What runs for this team, and the way to begin something for it.
    pub(super) campaigns: Vec<CampaignLine>,
    pub(super) new_campaign_link: String,
    /// "12 by CODEOWNERS, 3 by a topic".
    pub(super) sources: String,
    pub(super) share: String,
    pub(super) bar: Bar,
    pub(super) words: String,
    pub(super) items: Vec<ItemRow>,
    pub(super) rows: Vec<RepositoryRow>,
    /// The way to all repositories, where more are than shown.
    pub(super) more: Option<Linked>,
    pub(super) images: Vec<ImageShare>,
}

/// One of the eight items over the team's Dockerfiles.
pub(super) struct ItemRow {
    pub(super) title: Linked,
    pub(super) bar: Bar,
    pub(super) counts: Vec<VerdictCount>,
}

/// What of a repository is the team's.
pub(super) struct RepositoryRow {
    pub(super) name: Linked,
    pub(super) dockerfiles: String,
    pub(super) bar: Bar,
    pub(super) left: String,
}

/// A base image and how much of it is the team's.
pub(super) struct ImageShare {
    pub(super) row: ImageRow,
    pub(super) dockerfiles: Linked,
}

/// The team as it stands in addresses.
pub(super) fn team_value(team: &Team) -> &str {
    match team {
        Team::Named(name) => name,
        Team::NoOwner => crate::table::NO_OWNER,
    }
}

impl TeamView {
    /// None where there is no such team.
    pub(super) fn new(org: &OrgLogin, snapshot: &Snapshot, team: &Team) -> Option<Self> {
        let named = match team {
            Team::Named(name) => Some(name.as_str()),
            Team::NoOwner => None,
        };
        let mut lines = team_lines(snapshot).into_iter();
        let line = lines.find(|it| it.standing.team.as_deref() == named)?;
        let value = team_value(team);
        let (standing, tally) = (&line.standing, Tally::from(line.standing.tally));
        let by_state = |state| links::repositories_where(org, &[("team", value), ("state", state)]);
        let repositories = snapshot.team_repositories(team);
        let all = format::counted(standing.repositories, "repository", "repositories");
        let row = |it: &TeamRepository| RepositoryRow::new(org, snapshot, it);
        Some(Self {
            name: named.unwrap_or("no owner").to_owned(),
            list_link: links::teams(org),
            settings_link: links::organization_settings(org),
            is_no_owner: named.is_none(),
            finished: Linked::new(format!("{} finished", standing.finished), by_state("finished")),
            dockerfiles: Linked::new(
                format::counted(standing.dockerfiles, "Dockerfile", "Dockerfiles"),
                links::dockerfiles_where(org, &[("team", value)]),
            ),
            changes_link: links::changes_where(org, &[("team", value)]),
            campaigns: Vec::new(),
            new_campaign_link: links::new_campaign(org, &format!("team={}", links::encoded(value))),
            sources: sources_words(&line.sources),
            share: tally.percent().map_or("–".to_owned(), |it| format!("{it}%")),
            bar: Bar::new(tally),
            words: tally_words(tally),
            items: items(org, snapshot, team, value),
            rows: repositories.iter().take(NAMED).filter_map(row).collect(),
            more: (repositories.len() > NAMED)
                .then(|| Linked::new(format!("All {all}"), by_state(""))),
            repositories: Linked::new(all, by_state("")),
            images: images(org, snapshot, team, value),
            org: org.clone(),
        })
    }
}

fn items(org: &OrgLogin, snapshot: &Snapshot, team: &Team, value: &str) -> Vec<ItemRow> {
    let tallies = Snapshot::items_over(snapshot.files_of_team(team));
    let row = |(item, tally): (Item, standing::Tally)| ItemRow {
        title: Linked::new(item.title(), links::item(org, item)),
        bar: Bar::new(Tally::from(tally)),
        counts: verdict_counts(tally, |verdict| {
            let filter = [("item", item.slug()), ("verdict", verdict.slug()), ("team", value)];
            links::dockerfiles_where(org, &filter)
        }),
    };
    Item::ALL.into_iter().zip(tallies).map(row).collect()
}

fn images(org: &OrgLogin, snapshot: &Snapshot, team: &Team, value: &str) -> Vec<ImageShare> {
    let uses = snapshot.images_of(snapshot.files_of_team(team));
    let share = |it: &store::read::snapshot::ImageUse| ImageShare {
        row: ImageRow::new(org, it, None),
        dockerfiles: Linked::new(
            crate::counts::number(it.dockerfiles),
            links::dockerfiles_where(org, &[("image", it.reference.as_str()), ("team", value)]),
        ),
    };
    uses.iter().take(NAMED).map(share).collect()
}

impl RepositoryRow {
    fn new(org: &OrgLogin, snapshot: &Snapshot, it: &TeamRepository) -> Option<Self> {
        let name = &snapshot.repositories.get(it.place)?.name;
        let tally = Tally::from(it.tally);
        Some(Self {
            name: Linked::new(name.as_str(), links::repository(org, name)),
            dockerfiles: crate::counts::number(it.dockerfiles),
            bar: Bar::new(tally),
            left: format::number(tally.left()),
        })
    }
}
