//! `drydock crawl ORG`: one crawl with a progress bar, then the summary.

mod progress;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use names::OrgLogin;
use serde::Serialize;
use store::{CrawlCounts, NewOrganization, Store, Trigger};

use crate::arguments::{CrawlArguments, CrawlFormat};
use crate::connect::Connection;
use crate::database::{Database, Holds};
use crate::settings::Settings;
use crate::{clock, serve};

/// What a crawl found and cost, as `--format json` prints it.
#[derive(Serialize)]
struct PrintedSummary<'a> {
    organization: &'a str,
    repositories: u32,
    repositories_read: u32,
    repositories_unchanged: u32,
    dockerfiles: u32,
    failures: u32,
    rest_requests: u32,
    graphql_requests: u32,
    graphql_points: u32,
    seconds: f64,
}

/// Crawls one organization once and prints what came of it.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) async fn run(settings: Settings, arguments: &CrawlArguments) -> Result<()> {
    let login: OrgLogin = arguments.organization.parse()?;
    let connection = Connection::new(&settings)?;
    connection.find_installations().await?;
    let Some(client) = connection.client(&login) else {
        bail!(
            "no GitHub credential is known for {login}; set GITHUB_TOKEN to a token that may read it, or install the GitHub App there"
        );
    };
    // Asked before anything is stored: a wrong token or login leaves nothing behind.
    let found = client.organization(&login).await?;
    let database = Database::open(&settings, Holds::Real).await?;
    let counted = crawl(&database.store, connection, &found.login).await;
    database.close().await?;
    let (counts, took) = counted?;
    print(arguments.format, &found.login, &counts, took).context("the summary could not be printed")
}

async fn crawl(
    store: &Store,
    connection: Arc<Connection>,
    login: &OrgLogin,
) -> Result<(CrawlCounts, Duration)> {
    let started = clock()();
    let new = NewOrganization { login: login.clone(), is_sample: false };
    store.add_organization(&new, started).await?;
    let Some(organization) = store.organization(login).await? else {
        bail!("{login} could not be added to the database");
    };
    let bar = progress::bar();
    let summary = serve::worker(store, connection)
        .await?
        .crawl_at_once(&organization, Trigger::Command, &|it| {
            progress::show(&bar, it, clock()() - started)
        })
        .await;
    bar.finish_and_clear();
    let took = (clock()() - started).to_std().unwrap_or_default();
    Ok((summary?.counts, took))
}

fn print(
    format: CrawlFormat,
    login: &OrgLogin,
    counts: &CrawlCounts,
    took: Duration,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        CrawlFormat::Json => {
            serde_json::to_writer(&mut out, &printed(login, counts, took))?;
            writeln!(out)
        }
        CrawlFormat::Human => writeln!(
            out,
            "{login}: {} repositories listed, {} read, {} unchanged, {} failed; {} Dockerfiles found in those read.\n\
             {} REST and {} GraphQL requests ({} points), {:.1} s. `drydock` shows the dashboard.",
            counts.repositories_listed,
            counts.repositories_read,
            counts.repositories_unchanged,
            counts.repositories_failed,
            counts.dockerfiles,
            counts.rest_requests,
            counts.graphql_requests,
            counts.graphql_points,
            took.as_secs_f64(),
        ),
    }
}

fn printed<'a>(login: &'a OrgLogin, counts: &CrawlCounts, took: Duration) -> PrintedSummary<'a> {
    PrintedSummary {
        organization: login.as_str(),
        repositories: counts.repositories_listed,
        repositories_read: counts.repositories_read,
        repositories_unchanged: counts.repositories_unchanged,
        dockerfiles: counts.dockerfiles,
        failures: counts.repositories_failed,
        rest_requests: counts.rest_requests,
        graphql_requests: counts.graphql_requests,
        graphql_points: counts.graphql_points,
        seconds: took.as_secs_f64(),
    }
}
