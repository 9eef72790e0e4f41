//! `drydock demo`: a sample organization, crawled over HTTP from the stand-in
//! GitHub as it was at one moment of its last half year after the other, then
//! served like a real one.

use anyhow::{Result, bail};
use chrono::{DateTime, Duration, Utc};
use github_fake::{Fake, Options, World};
use names::OrgLogin;
use secrecy::SecretString;
use store::{Actor, CrawlKind, NewOrganization, Organization, Store, Trigger};

use crate::catalog_setting::CatalogSetting;
use crate::connect::Connection;
use crate::database::{Database, Holds};
use crate::serve::{self, Serving};
use crate::settings::Settings;
use crate::{clock, shutdown};

/// The sample organization's login.
const LOGIN: &str = "acme";
/// The sample's history before the day it is made: a crawl a week, a crawl a day at the end.
const HISTORY_DAYS: i64 = 178;
const DAILY_FOR: i64 = 14;
/// When the sample organization wants to be finished, after the day it is made.
const TARGET_DAYS: i64 = 80;

/// Serves the sample organization until asked to stop.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) async fn run(mut settings: Settings) -> Result<()> {
    let listener = serve::listen(settings.listen).await?;
    let stop = shutdown::token()?;
    // A folder of its own: the sample never mixes with real organizations.
    settings.data = settings.data.join("demo");
    // Its past is crawled day by day; before that its repositories had only just been made.
    settings.backfill.share = 0;
    // The stand-in has no catalogue; the facts that come with the program are as good.
    settings.catalog = CatalogSetting::Off;
    let database = Database::open(&settings, Holds::Sample).await?;
    // Said before the sample is made, which takes a while.
    if let Err(error) = serve::access(&settings, &database.store, settings.listen).await {
        database.close().await?;
        return Err(error);
    }
    let organization = sample_organization(&database.store).await?;
    let made_at = organization.added_at + history();

    let fake = Fake::start(World::sample(made_at)?, Options::default()).await?;
    settings.endpoints =
        github::Endpoints::from_settings(Some(&fake.api_url()), Some(&fake.graphql_url()))?;
    settings.github_app = None;
    settings.github_token = Some(SecretString::from(fake.token().to_owned()));
    let connection = Connection::new(&settings)?;
    tokio::select! {
        replayed = replay(&database.store, &organization, &fake, &connection) => replayed?,
        () = stop.cancelled() => return database.close().await,
    }
    let store = &database.store;
    let serving = Serving { listener, store, connection, settings: &settings, stop };
    let served = serve::serve(serving).await;
    fake.stop().await;
    database.close().await?;
    served
}

fn history() -> Duration {
    Duration::days(HISTORY_DAYS)
}

/// The sample organization, added half a year ago if it is not there yet.
async fn sample_organization(store: &Store) -> Result<Organization> {
    let login: OrgLogin = LOGIN.parse()?;
    let sample = NewOrganization { login: login.clone(), is_sample: true };
    store.add_organization(&sample, clock()() - history()).await?;
    let Some(organization) = store.organization(&login).await? else {
        bail!("the sample organization could not be added to the database");
    };
    if organization.crawled_at.is_none() {
        let target = organization.added_at + history() + Duration::days(TARGET_DAYS);
        let (target, actor) = (Some(target.date_naive()), Actor::command_line());
        store.set_target(organization.id, target, &actor, clock()()).await?;
    }
    Ok(organization)
}

/// Crawls the sample as it was on one day of its history after the other. A history
/// that was interrupted goes on where it stopped.
async fn replay(
    store: &Store,
    organization: &Organization,
    fake: &Fake,
    connection: &Connection,
) -> Result<()> {
    let Some(client) = connection.client(&organization.login) else {
        bail!("the stand-in GitHub has no token")
    };
    let catalog = crawl::PresentCatalog::of(store).await?.now();
    for day in crawled_days() {
        let moment = organization.added_at + Duration::days(day);
        if organization.crawled_at.is_some_and(|it| moment <= it) {
            continue;
        }
        fake.set_now(moment);
        let request = crawl::Request {
            organization: &organization.login,
            kind: CrawlKind::Full,
            trigger: if day == 0 { Trigger::First } else { Trigger::Schedule },
            catalog: &catalog,
        };
        crawl::run(store, &client, &request, &at(moment), &|_| {}).await?;
    }
    fake.set_now(organization.added_at + history());
    Ok(())
}

/// The days of the history on which the sample is crawled, from 0.
fn crawled_days() -> impl Iterator<Item = i64> {
    (0..=HISTORY_DAYS).filter(|day| day % 7 == 0 || day + DAILY_FOR >= HISTORY_DAYS)
}

/// A clock that stands still.
fn at(moment: DateTime<Utc>) -> crawl::Clock {
    std::sync::Arc::new(move || moment)
}
