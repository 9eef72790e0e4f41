//! An organization's settings: when it is crawled, what counts in it, and whose it is.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::{OrganizationId, Scope as StoredScope, TeamRule};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::query::{Nothing, Query};
use super::scope::Scope;
use crate::app::{App, ScheduleReading, Site};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(show))
}

/// An organization's settings.
#[derive(Serialize, ToSchema)]
struct SettingsBody {
    /// By when all is to be finished.
    target_on: Option<NaiveDate>,
    /// Of both schedules.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// Sees everything, also what is gone or renamed.
    full_crawl: ScheduleBody,
    /// Looks at what is new.
    listing_crawl: ScheduleBody,
    scope: ScopeBody,
    /// Beginnings of references that are hardened images.
    hardened_prefixes: Vec<String>,
    /// The custom property that names a repository's team.
    team_property: Option<String>,
    /// The first that fits a repository's name says whose it is.
    team_rules: Vec<TeamRuleBody>,
}

/// When something is done.
#[derive(Serialize, ToSchema)]
struct ScheduleBody {
    /// A cron expression.
    #[schema(example = "0 3 * * *")]
    cron: String,
    /// What it means.
    words: String,
    /// The next times it falls due.
    next: Vec<DateTime<Utc>>,
}

/// What counts.
#[derive(Serialize, ToSchema)]
struct ScopeBody {
    /// The rules that come with Drydock.
    defaults: Vec<DefaultBody>,
    /// Globs on paths that are left out besides.
    globs: Vec<String>,
    counts_archived: bool,
    counts_forks: bool,
    counts_templates: bool,
}

/// A rule on paths that comes with Drydock.
#[derive(Serialize, ToSchema)]
struct DefaultBody {
    #[schema(example = "vendor/")]
    rule: &'static str,
    is_on: bool,
}

/// Repositories of a team by their name.
#[derive(Serialize, ToSchema)]
struct TeamRuleBody {
    #[schema(example = "pay-*")]
    glob: String,
    #[schema(example = "payments")]
    team: String,
}

/// Its settings
#[utoipa::path(get, path = "/api/v1/orgs/{org}/settings", tag = "Organizations",
    responses((status = 200, body = One<SettingsBody>)))]
async fn show(scope: Scope, _: Query<Nothing>) -> Answer {
    let store = &scope.app.store;
    let id = OrganizationId(scope.header.organization_id);
    scope.app.needs_whole(&scope.header).await?;
    let organization = scope.app.organization_settings(&scope.header.login).await?;
    let schedule = |cron: String| ScheduleBody::new(&scope.app, &scope.header.time_zone, cron);
    let body = SettingsBody {
        target_on: organization.target_on,
        full_crawl: schedule(organization.full_schedule),
        listing_crawl: schedule(organization.listing_schedule),
        time_zone: organization.time_zone,
        scope: store.scope(id).await?.into(),
        hardened_prefixes: organization.hardened_prefixes,
        team_property: organization.team_property,
        team_rules: store.team_rules(id).await?.into_iter().map(TeamRuleBody::from).collect(),
    };
    // The next runs come nearer while nothing changes.
    Ok(scope.one_by_content(body))
}

impl ScheduleBody {
    fn new(app: &App, time_zone: &str, cron: String) -> Self {
        let ScheduleReading { words, next } = (app.read_schedule)(&cron, time_zone, app.now());
        Self { cron, words, next }
    }
}

impl From<StoredScope> for ScopeBody {
    fn from(it: StoredScope) -> Self {
        let is_on = |rule: &str| !it.defaults_off.iter().any(|off| off == rule);
        let default = |rule| DefaultBody { rule, is_on: is_on(rule) };
        Self {
            defaults: checklist::scope::defaults().map(default).collect(),
            globs: it.globs,
            counts_archived: it.counts_archived,
            counts_forks: it.counts_forks,
            counts_templates: it.counts_templates,
        }
    }
}

impl From<TeamRule> for TeamRuleBody {
    fn from(it: TeamRule) -> Self {
        Self { glob: it.glob, team: it.team }
    }
}
