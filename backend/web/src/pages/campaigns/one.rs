//! `/orgs/{org}/campaigns/{id}`: is it on course, and what is left of it.

use askama::Template;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use store::read::OrganizationHeader;
use store::read::campaigns::Campaign;
use store::read::overview::ItemStanding;

use super::header;
use super::line::item_words;
use super::standing::{CampaignStanding, TeamLeft};
use crate::app::App;
use crate::chart::Chart;
use crate::course::CourseWords;
use crate::error::{AppError, Page, page};
use crate::format::{self, Moment, counted};
use crate::layout::{Layout, Section};
use crate::links;
use crate::part::Part;
use crate::parts::{Bar, Linked, Tally, tally_words};

#[derive(Template)]
#[template(path = "pages/campaign.html")]
struct CampaignPage {
    layout: Layout,
    view: CampaignView,
}

/// The whole page.
struct CampaignView {
    name: String,
    owner: String,
    target: String,
    items: String,
    /// Which repositories, in words, with the way to them.
    part: String,
    began: Moment,
    ended: Option<Moment>,
    all_link: String,
    edit_link: String,
    end_action: String,
    standing: Result<StandingView, String>,
}

/// The numbers.
struct StandingView {
    course: CourseWords,
    percent: String,
    bar: Bar,
    words: String,
    repositories: Linked,
    finished: String,
    chart: Option<Chart>,
    by_item: Vec<LeftRow>,
    by_team: Vec<LeftRow>,
}

/// What is left of an item or a team.
struct LeftRow {
    name: String,
    bar: Bar,
    left: String,
    repositories: String,
    /// The repositories, where an address can tell them.
    link: Option<String>,
}

pub(super) async fn show(app: App, Path((org, id)): Path<(String, String)>) -> Page {
    let header = header(&app, &org).await?;
    let id = id.parse().map_err(|_| AppError::NotFound)?;
    let campaign = app.campaign(&header, id).await?;
    let now = app.now();
    let snapshot = app.snapshot(&header).await?;
    let history = app.history(&header).await?;
    let facts = (&*snapshot, &*history);
    let standing = CampaignStanding::of(&app, &campaign, &header.login, facts);
    let standing = standing.map(|it| StandingView::new(&it, &header, now));
    let view = CampaignView::new(&campaign, &header, standing, now);
    let layout = Layout::around(&app, Some(header), Section::Overview, campaign.name);
    page(&CampaignPage { layout, view })
}

impl CampaignView {
    fn new(
        campaign: &Campaign,
        header: &OrganizationHeader,
        standing: Result<StandingView, AppError>,
        now: DateTime<Utc>,
    ) -> Self {
        let org = &header.login;
        let id = campaign.campaign_id;
        let part = Part::parse(&campaign.filter, org, now).map(|it| it.words().join(", "));
        Self {
            name: campaign.name.clone(),
            owner: campaign.owner.clone(),
            target: format::date(campaign.target_on),
            items: item_words(campaign),
            part: part.unwrap_or_else(|_| campaign.filter.clone()),
            began: Moment::new(campaign.created_at, now),
            ended: campaign.ended_at.map(|it| Moment::new(it, now)),
            all_link: links::campaigns(org),
            edit_link: links::edit_campaign(org, id),
            end_action: links::end_campaign(org, id),
            standing: standing.map_err(|it| it.to_string()),
        }
    }
}

impl StandingView {
    fn new(standing: &CampaignStanding, header: &OrganizationHeader, now: DateTime<Utc>) -> Self {
        let tally = Tally::from(standing.tally);
        let part = &standing.part;
        let rows = part.rows(&[]).unwrap_or_default();
        let words = counted(standing.repositories, "repository", "repositories");
        Self {
            percent: tally.percent().map_or("–".to_owned(), |it| format!("{it}%")),
            bar: Bar::new(tally),
            words: tally_words(tally),
            repositories: Linked::new(words, rows),
            finished: format::number(standing.finished),
            chart: standing.outlook.chart(header, now),
            by_item: standing.items.iter().map(|it| LeftRow::of_item(part, it)).collect(),
            by_team: standing
                .teams
                .iter()
                .map(|(name, it)| LeftRow::of_team(part, name.as_deref(), it))
                .collect(),
            course: standing.outlook.words.clone(),
        }
    }
}

impl LeftRow {
    fn of_item(part: &Part, it: &ItemStanding) -> Self {
        let rows = part.rows(&[("item", it.item.slug()), ("verdict", "left")]);
        Self::new(it.item.title(), it.tally.into(), it.repositories_left, rows)
    }

    fn of_team(part: &Part, name: Option<&str>, it: &TeamLeft) -> Self {
        let rows = part.rows(&[("team", name.unwrap_or("-"))]);
        Self::new(name.unwrap_or("no owner"), it.tally.into(), it.repositories, rows)
    }

    fn new(name: &str, tally: Tally, repositories: i64, link: Option<String>) -> Self {
        Self {
            name: name.to_owned(),
            bar: Bar::new(tally),
            left: format::number(tally.left()),
            repositories: format::number(repositories),
            link,
        }
    }
}
