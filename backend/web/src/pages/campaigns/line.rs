//! A campaign in one line, on its own page's list and on the overview.

use chrono::{DateTime, Utc};
use store::read::OrganizationHeader;
use store::read::campaigns::Campaign;
use store::read::history::History;
use store::read::snapshot::Snapshot;

use super::standing::CampaignStanding;
use crate::course::CourseWords;
use crate::format;
use crate::links;
use crate::parts::{Bar, Linked, Tally};

/// A campaign's standing in words.
pub(crate) struct CampaignLine {
    pub(crate) name: Linked,
    pub(crate) owner: String,
    pub(crate) target: String,
    /// "Ports, No shell": what counts.
    pub(crate) items: String,
    pub(crate) ended: Option<String>,
    /// Why its numbers cannot be told, or the numbers.
    pub(crate) standing: Result<LineStanding, String>,
}

/// The numbers of a campaign's line.
pub(crate) struct LineStanding {
    pub(crate) course: CourseWords,
    pub(crate) bar: Bar,
    pub(crate) percent: String,
    pub(crate) left: String,
}

impl CampaignLine {
    pub(crate) fn new(
        campaign: &Campaign,
        header: &OrganizationHeader,
        facts: (&Snapshot, &History),
        now: DateTime<Utc>,
    ) -> Self {
        let org = &header.login;
        let standing = CampaignStanding::new(campaign, org, facts, now);
        Self {
            name: Linked::new(&campaign.name, links::campaign(org, campaign.campaign_id)),
            owner: campaign.owner.clone(),
            target: format::date(campaign.target_on),
            items: item_words(campaign),
            ended: campaign.ended_at.map(|it| format::date(it.date_naive())),
            standing: standing.map(LineStanding::new).map_err(|it| it.to_string()),
        }
    }
}

impl LineStanding {
    fn new(standing: CampaignStanding) -> Self {
        let tally = Tally::from(standing.tally);
        Self {
            course: standing.outlook.words,
            bar: Bar::new(tally),
            percent: tally.percent().map_or("–".to_owned(), |it| format!("{it} %")),
            left: format::number(tally.left()),
        }
    }
}

/// "all items", or the items.
pub(super) fn item_words(campaign: &Campaign) -> String {
    let titles: Vec<&str> = campaign.items.iter().map(|it| it.title()).collect();
    if titles.is_empty() { "all eight items".to_owned() } else { titles.join(", ") }
}
