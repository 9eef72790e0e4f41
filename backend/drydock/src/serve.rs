//! `drydock serve` and `drydock worker`: pages, and the work behind them.

mod access;
mod connections;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use names::OrgLogin;
use store::{Actor, NewOrganization, Store, Trigger};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::info;

pub(crate) use self::access::access;
use self::connections::Limits;
use crate::connect::Connection;
use crate::database::{Database, Holds};
use crate::settings::Settings;
use crate::webhooks::Inbox;
use crate::{clock, shutdown, watch};

/// How long requests in flight may take to end once we were asked to stop.
const DRAIN: Duration = Duration::from_secs(5);

/// Serves the dashboard and keeps its organizations crawled, until asked to stop.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) async fn run(settings: Settings, organizations: Vec<String>) -> Result<()> {
    let organizations = logins(organizations.iter().chain(&settings.organizations))?;
    let listener = listen(settings.listen).await?;
    let connection = Connection::new(&settings)?;
    let without = organizations.iter().filter(|it| !connection.may_reach(it));
    let without: Vec<&str> = without.map(OrgLogin::as_str).collect();
    if !without.is_empty() {
        anyhow::bail!(
            "no GitHub credential is known, so {} cannot be crawled; set GITHUB_TOKEN or GITHUB_APP_ID",
            without.join(", ")
        );
    }
    let stop = shutdown::token()?;
    let database = Database::open(&settings, Holds::Real).await?;
    add_organizations(&database.store, &organizations).await?;
    let store = &database.store;
    let served = serve(Serving { listener, store, connection, settings: &settings, stop }).await;
    database.close().await?;
    served
}

/// Crawls what is due without serving pages, until asked to stop.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) async fn work(settings: Settings) -> Result<()> {
    let connection = Connection::new(&settings)?;
    if !connection.has_any() {
        anyhow::bail!("no GitHub credential is known; set GITHUB_TOKEN or GITHUB_APP_ID");
    }
    let stop = shutdown::token()?;
    let database = Database::open(&settings, Holds::Real).await?;
    info!("Working; stop with Ctrl-C");
    let watching =
        tokio::spawn(watch::run(database.store.clone(), connection.clone(), stop.clone()));
    worker(&database.store, connection).await?.run(&stop).await;
    watching.await.context("the watch over credentials failed")?;
    database.close().await
}

/// What a server needs to run.
pub(crate) struct Serving<'a> {
    pub(crate) listener: TcpListener,
    pub(crate) store: &'a Store,
    pub(crate) connection: Arc<Connection>,
    pub(crate) settings: &'a Settings,
    pub(crate) stop: CancellationToken,
}

/// Takes the address before anything else is started, so that a taken one costs nothing.
///
/// # Errors
/// The address is taken or not ours.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be listened on; is another Drydock running? Choose another address with --listen")
    })
}

/// Serves pages and works until `stop`.
///
/// # Errors
/// The server failed.
pub(crate) async fn serve(serving: Serving<'_>) -> Result<()> {
    let Serving { listener, store, connection, settings, stop } = serving;
    let address = listener.local_addr().context("the listening address is not known")?;
    let access = access(settings, store, address).await?;
    let worker = worker(store, connection.clone()).await?;
    let router = web::router(web::Site {
        store: store.clone(),
        access,
        clock: clock(),
        catalog: worker.catalog.subscribe(),
        catalog_looks: settings.catalog.in_words(),
        connect: connection.clone(),
        webhooks: Arc::new(Inbox {
            store: store.clone(),
            connection: connection.clone(),
            secrets: settings.webhook_secrets.clone(),
        }),
        snapshots: web::Snapshots::default(),
        metrics: web::Metrics::default(),
        kept_pages: web::KeptPages::default(),
        streams: web::Streams::until(stop.clone()),
        github_web: settings.endpoints.web(),
        read_schedule,
    });
    let watching = tokio::spawn(watch::run(store.clone(), connection, stop.clone()));
    let ended = stop.clone();
    let work = tokio::spawn(async move { worker.run(&ended).await });
    announce(address);
    let serving = connections::serve(listener, router, Limits::default(), stop.clone());
    let drained = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        () = serving => {}
        () = drained => {}
    }
    stop.cancel();
    watching.await.context("the watch over credentials failed")?;
    work.await.context("the worker failed")
}

/// A worker of this process, under a name that no other start has had.
///
/// # Errors
/// The present catalogue cannot be had from the database.
pub(crate) async fn worker(store: &Store, connection: Arc<Connection>) -> Result<crawl::Worker> {
    let started = clock()().timestamp_micros();
    Ok(crawl::Worker {
        store: store.clone(),
        name: format!("process {} of {started}", std::process::id()),
        lease: connection.lease(),
        backfill: connection.backfill(),
        catalog: crawl::PresentCatalog::of(store).await?,
        catalog_source: connection.catalog_source(),
        clients: Arc::new(move |login: &OrgLogin| connection.client(login)),
        clock: clock(),
    })
}

#[expect(clippy::print_stdout, reason = "the address is what the person waits for")]
fn announce(address: SocketAddr) {
    println!("Drydock is on http://{address}");
}

/// What a schedule means, and the next three times it falls due.
fn read_schedule(cron: &str, time_zone: &str, now: DateTime<Utc>) -> web::ScheduleReading {
    match crawl::Schedule::parse(cron, time_zone) {
        Ok(schedule) => {
            let times = std::iter::successors(Some(now), |it| schedule.next_after(*it));
            let next = times.skip(1).take(3).collect();
            web::ScheduleReading { words: schedule.in_words(), next }
        }
        Err(error) => web::ScheduleReading { words: error.to_string(), next: Vec::new() },
    }
}

fn logins<'a>(texts: impl Iterator<Item = &'a String>) -> Result<Vec<OrgLogin>> {
    texts.map(|it| it.parse().map_err(anyhow::Error::from)).collect()
}

async fn add_organizations(store: &Store, organizations: &[OrgLogin]) -> Result<()> {
    for login in organizations {
        if store.organization(login).await?.is_some() {
            continue;
        }
        let (organization, now) =
            (NewOrganization { login: login.clone(), is_sample: false }, clock()());
        let id = store.add_organization(&organization, now).await?;
        // Nobody waits for its schedule.
        store.ask_for_crawl(id, Trigger::First, &Actor::command_line(), now).await?;
    }
    Ok(())
}
