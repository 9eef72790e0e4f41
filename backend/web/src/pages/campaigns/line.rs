//! A campaign in one line, on its own page's list and on the overview.

use std::sync::Arc;

use names::OrgLogin;
use store::read::campaigns::Campaign;

use super::standing::CampaignStanding;
use crate::course::CourseWords;
use crate::error::AppError;
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
        org: &OrgLogin,
        standing: Result<Arc<CampaignStanding>, AppError>,
    ) -> Self {
        Self {
            name: Linked::new(&campaign.name, links::campaign(org, campaign.campaign_id)),
            owner: campaign.owner.clone(),
            target: format::date(campaign.target_on),
            items: item_words(campaign),
            ended: campaign.ended_at.map(|it| format::date(it.date_naive())),
            standing: standing.map(|it| LineStanding::new(&it)).map_err(|it| it.to_string()),
        }
    }
}

impl LineStanding {
    fn new(standing: &CampaignStanding) -> Self {
        let tally = Tally::from(standing.tally);
        Self {
            course: standing.outlook.words.clone(),
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
