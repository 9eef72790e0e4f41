//! What the overview prints. Pure: facts in, words and numbers out.

mod lead;
mod rows;

use chrono::{DateTime, TimeDelta, Utc};
use names::OrgLogin;
use store::read::OrganizationHeader;
use store::read::history::History;
use store::read::overview::TeamStanding;
use store::read::snapshot::Snapshot;

use super::finish::FinishCard;
use super::lasting::Lasting;
use super::next::Next;
use super::stuck::StuckList;
use crate::chart::Chart;
use crate::course::CourseWords;
use crate::format;
use crate::links;
use crate::outlook::Outlook;
use crate::pages::campaigns::CampaignLine;
use crate::part::Part;
use crate::parts::{Bar, Empty, Tally, tally_words};
pub(super) use lead::Lead;
pub(super) use rows::{ImageRow, ItemRow, MilestoneList, TeamRow};

/// The team value that means "no owner".
pub(super) const NO_OWNER: &str = "-";
/// How many base images, campaigns and teams the overview names.
pub(super) const IMAGES: usize = 8;
const TEAMS: usize = 10;

/// What the page is made from.
pub(crate) struct Sources<'a> {
    pub(crate) header: &'a OrganizationHeader,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) history: &'a History,
    /// What the page is about.
    pub(crate) part: &'a Part,
    pub(crate) now: DateTime<Utc>,
}

/// A number or a name, with the rows behind it where an address can tell them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) text: String,
    pub(crate) link: Option<String>,
}

impl Number {
    pub(crate) fn new(text: impl Into<String>, link: Option<String>) -> Self {
        Self { text: text.into(), link }
    }
}

/// The whole page.
pub(super) struct Overview {
    pub(super) login: OrgLogin,
    /// Which part of the organization this is, where it is not all of it.
    pub(super) part: Option<PartHead>,
    pub(super) course: CourseWords,
    pub(super) campaigns_link: String,
    pub(super) lead: Lead,
    pub(super) percent: String,
    pub(super) bar: Bar,
    pub(super) words: String,
    pub(super) finish: FinishCard,
    pub(super) chart: Option<Chart>,
    pub(super) items: Vec<ItemRow>,
    /// None where the crawls do not reach back far enough.
    pub(super) stuck: Option<StuckList>,
    pub(super) next: Next,
    pub(super) images: Vec<ImageRow>,
    pub(super) teams: Vec<TeamRow>,
    /// How many teams more there are, and what they have left.
    pub(super) more_teams: Option<String>,
    pub(super) campaigns: Vec<CampaignLine>,
    pub(super) finished: MilestoneList,
    pub(super) slipped: MilestoneList,
    /// Instead of all the rest while there is nothing to count.
    pub(super) empty: Option<Empty>,
}

/// A part of an organization in words, and what one can do with it.
pub(super) struct PartHead {
    pub(super) words: String,
    pub(super) whole: String,
    pub(super) rows: String,
    pub(super) campaign: String,
}

impl Overview {
    /// With the campaigns that run.
    pub(super) fn new(
        sources: &Sources<'_>,
        lasting: &Lasting,
        campaigns: Vec<CampaignLine>,
    ) -> Self {
        let (header, now) = (sources.header, sources.now);
        let week_ago = now - TimeDelta::days(7);
        let sums = &lasting.sums;
        let standing = sums.standing(week_ago);
        let tally = Tally::from(standing.tally);
        let images = sums.images.get(..IMAGES).unwrap_or(&sums.images);
        let outlook = Outlook::new(lasting.days.clone(), header.target_on, now);
        let milestones = sums.milestones(week_ago).iter();
        let (slipped, finished): (Vec<_>, Vec<_>) = milestones.partition(|it| it.is_slip);
        Self {
            login: header.login.clone(),
            part: PartHead::new(sources),
            campaigns_link: links::campaigns(&header.login),
            lead: Lead::new(sources, &standing),
            percent: tally.percent().map_or("–".to_owned(), |it| format!("{it}%")),
            bar: Bar::new(tally),
            words: card_words(tally),
            finish: FinishCard::new(&outlook.forecast, header.target_on),
            chart: outlook.chart(header, now),
            course: outlook.words,
            stuck: lasting.stuck.clone(),
            next: Next::new(sources, sums.quick_wins(), images),
            items: sums.items.iter().map(|it| ItemRow::new(sources, it)).collect(),
            images: images.iter().map(|it| ImageRow::new(sources, it)).collect(),
            teams: sums.teams.iter().take(TEAMS).map(|it| TeamRow::new(sources, it)).collect(),
            more_teams: more_teams(&sums.teams),
            campaigns,
            finished: MilestoneList::new(sources, &finished, "finished"),
            slipped: MilestoneList::new(sources, &slipped, "slipped-back"),
            empty: (standing.repositories == 0).then(|| lead::nothing_to_count(sources)),
        }
    }
}

fn more_teams(teams: &[TeamStanding]) -> Option<String> {
    let more = teams.get(TEAMS..).filter(|it| !it.is_empty())?;
    let left = more.iter().map(|it| it.tally.left()).sum();
    let count = i64::try_from(more.len()).unwrap_or(i64::MAX);
    let teams = format::counted(count, "team", "teams");
    Some(format!("and {teams} more with {} left", format::counted(left, "item", "items")))
}

/// The counts, and beside them what does not count.
fn card_words(tally: Tally) -> String {
    let words = tally_words(tally);
    match tally.not_applicable {
        0 => words,
        some => format!("{words}; {} not applicable", format::number(some)),
    }
}

impl PartHead {
    fn new(sources: &Sources<'_>) -> Option<Self> {
        let (org, part) = (&sources.header.login, sources.part);
        (!part.is_whole()).then(|| Self {
            words: part.words().join(", "),
            whole: links::organization(org),
            rows: part.rows(&[]).unwrap_or_default(),
            campaign: links::new_campaign(org, &part.text()),
        })
    }
}
