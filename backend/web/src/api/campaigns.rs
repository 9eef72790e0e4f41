//! Campaigns: what somebody wants to be done by a day, and whether it will be.

use std::sync::Arc;

use axum::extract::Path;
use checklist::Item;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::read::campaigns::Campaign;
use store::read::history::History;
use store::read::snapshot::Snapshot;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::counts::Counts;
use super::outlook::{CourseBody, DayBody, ForecastBody};
use super::query::{Nothing, Query};
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::error::AppError;
use crate::pages::campaigns::CampaignStanding;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// A campaign.
#[derive(Serialize, ToSchema)]
struct CampaignRow {
    id: i64,
    #[schema(example = "No root by summer")]
    name: String,
    /// Which repositories: a query of `/orgs/{org}/repositories`; empty: all.
    #[schema(example = "team=payments")]
    filter: String,
    /// The items that count; empty: all eight.
    #[schema(schema_with = words::items)]
    items: Vec<&'static str>,
    /// By when all is to be done.
    target_on: NaiveDate,
    /// Who looks after it; may be empty.
    owner: String,
    created_at: DateTime<Utc>,
    /// When a person ended it.
    ended_at: Option<DateTime<Utc>>,
    /// Null where its filter means nothing any more.
    standing: Option<CampaignStandingBody>,
}

/// Where a campaign stands.
#[derive(Serialize, ToSchema)]
struct CampaignStandingBody {
    repositories: i64,
    /// Repositories without anything left of the campaign's items.
    finished: i64,
    progress: Counts,
    forecast: ForecastBody,
    course: CourseBody,
}

/// One campaign and what is left of it.
#[derive(Serialize, ToSchema)]
struct CampaignBody {
    #[serde(flatten)]
    campaign: CampaignRow,
    items_left: Vec<ItemLeftBody>,
    /// Most work left first.
    teams: Vec<TeamLeftBody>,
    /// The points of its chart.
    history: Vec<DayBody>,
}

/// One of a campaign's items.
#[derive(Serialize, ToSchema)]
struct ItemLeftBody {
    #[schema(schema_with = words::item)]
    item: &'static str,
    progress: Counts,
    repositories_left: i64,
}

/// One team's share of a campaign.
#[derive(Serialize, ToSchema)]
struct TeamLeftBody {
    /// Null: no owner is known.
    team: Option<String>,
    /// Repositories of the campaign with a Dockerfile of the team.
    repositories: i64,
    /// Of the team's own Dockerfiles.
    progress: Counts,
}

/// Its campaigns
///
/// Running ones by their day, then ended ones; at most 200.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/campaigns", tag = "Organizations",
    responses((status = 200, body = One<Vec<CampaignRow>>)))]
async fn list(scope: Scope, _: Query<Nothing>) -> Answer {
    let known = Known::of(&scope).await?;
    let campaigns = scope.app.campaigns(&scope.header, &known.snapshot).await?;
    let row = |it: Campaign| {
        let standing = known.standing(&scope, &it);
        CampaignRow::new(it, standing.as_deref())
    };
    let rows: Vec<CampaignRow> = campaigns.into_iter().map(row).collect();
    Ok(scope.one(known.revision(&scope), rows))
}

/// One campaign: is it on course, and what is left of it
#[utoipa::path(get, path = "/api/v1/orgs/{org}/campaigns/{id}", tag = "Organizations",
    responses((status = 200, body = One<CampaignBody>)))]
async fn one(Path((_, id)): Path<(String, String)>, scope: Scope, _: Query<Nothing>) -> Answer {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let campaign = scope.app.campaign(&scope.header, id).await?;
    let known = Known::of(&scope).await?;
    let standing = known.standing(&scope, &campaign);
    let row = CampaignRow::new(campaign, standing.as_deref());
    let body = CampaignBody::new(row, standing.as_deref());
    Ok(scope.one(known.revision(&scope), body))
}

/// What standings are reckoned from.
struct Known {
    snapshot: Arc<Snapshot>,
    history: Arc<History>,
}

impl Known {
    async fn of(scope: &Scope) -> Result<Self, AppError> {
        let history = scope.app.history(&scope.header).await?;
        Ok(Self { snapshot: scope.snapshot().await?, history })
    }

    /// None where the campaign's filter means nothing any more.
    fn standing(&self, scope: &Scope, campaign: &Campaign) -> Option<Arc<CampaignStanding>> {
        let facts = (&*self.snapshot, &*self.history);
        CampaignStanding::of(&scope.app, campaign, &scope.header.login, facts).ok()
    }

    /// As of which all of it is told.
    fn revision(&self, scope: &Scope) -> i64 {
        scope.header.revision.min(self.snapshot.revision).min(self.history.revision)
    }
}

impl CampaignRow {
    fn new(it: Campaign, standing: Option<&CampaignStanding>) -> Self {
        Self {
            id: it.campaign_id,
            name: it.name,
            filter: it.filter,
            items: it.items.into_iter().map(Item::slug).collect(),
            target_on: it.target_on,
            owner: it.owner,
            created_at: it.created_at,
            ended_at: it.ended_at,
            standing: standing.map(CampaignStandingBody::from),
        }
    }
}

impl From<&CampaignStanding> for CampaignStandingBody {
    fn from(it: &CampaignStanding) -> Self {
        Self {
            repositories: it.repositories,
            finished: it.finished,
            progress: it.tally.into(),
            forecast: (&it.outlook.forecast).into(),
            course: (&it.outlook.words).into(),
        }
    }
}

impl CampaignBody {
    fn new(campaign: CampaignRow, standing: Option<&CampaignStanding>) -> Self {
        let Some(it) = standing else {
            return Self {
                campaign,
                items_left: Vec::new(),
                teams: Vec::new(),
                history: Vec::new(),
            };
        };
        let items = it.items.iter().map(|it| ItemLeftBody {
            item: it.item.slug(),
            progress: it.tally.into(),
            repositories_left: it.repositories_left,
        });
        let history = it.outlook.days().iter().map(DayBody::from).collect();
        let teams = it.teams.iter().map(|(team, it)| TeamLeftBody {
            team: team.clone(),
            repositories: it.repositories,
            progress: it.tally.into(),
        });
        Self { campaign, items_left: items.collect(), teams: teams.collect(), history }
    }
}
