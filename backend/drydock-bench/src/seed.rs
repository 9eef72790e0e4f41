//! `drydock-bench seed` and `drydock-bench check`.

use std::io::Write;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use store::Store;
use store::seed::OrganizationRow;

use crate::arguments::SeedArguments;
use crate::world::calendar::Calendar;
use crate::world::crawls::crawls;
use crate::world::pool::engine_version;
use crate::world::{Size, World};

/// Connections to the database: one writes, others may look.
const CONNECTIONS: u32 = 4;
/// Repositories written in one transaction.
const REPOSITORIES_AT_ONCE: usize = 250;
/// Reports written in one transaction.
const REPORTS_AT_ONCE: usize = 500;

/// Fills an empty database and says on `out` what it did.
///
/// # Errors
/// The database is not empty, or refuses.
pub async fn seed(
    arguments: &SeedArguments,
    now: DateTime<Utc>,
    out: &mut impl Write,
) -> Result<()> {
    let begun = Instant::now();
    let store = Store::connect(&arguments.database, CONNECTIONS).await?;
    store.migrate().await?;
    if !store.organizations().await?.is_empty() {
        bail!("the database holds an organization already; seed fills an empty one only");
    }
    let size = Size {
        repositories: arguments.repositories,
        dockerfiles: arguments.dockerfiles,
        seed: arguments.seed,
    };
    let calendar = Calendar::until(now, arguments.years);
    let mut world = World::thrown(size, calendar)?;
    writeln!(out, "{:6.1} s  contents are scored", begun.elapsed().as_secs_f64())?;
    save_contents(&store, &world, now).await?;
    writeln!(out, "{:6.1} s  contents are written", begun.elapsed().as_secs_f64())?;
    save_organization(&store, &mut world, size).await?;
    writeln!(out, "{:6.1} s  repositories are written", begun.elapsed().as_secs_f64())?;
    store.finish_seed(now).await?;
    writeln!(out, "{:6.1} s  everything is summed", begun.elapsed().as_secs_f64())?;
    check_store(&store, out).await
}

async fn save_contents(store: &Store, world: &World, now: DateTime<Utc>) -> Result<()> {
    let version = engine_version();
    for some in world.pool.blobs().chunks(REPORTS_AT_ONCE) {
        store.save_blobs(some, now).await?;
    }
    for some in world.pool.reports().chunks(REPORTS_AT_ONCE) {
        store.save_reports(some, &version, now).await?;
    }
    Ok(())
}

async fn save_organization(store: &Store, world: &mut World, size: Size) -> Result<()> {
    let calendar = world.calendar;
    let row = OrganizationRow {
        login: "bench".parse()?,
        added_at: calendar.crawled_at(0),
        crawled_at: calendar.crawled_at(calendar.last()),
        target_on: calendar.date(calendar.last()) + TimeDelta::days(200),
    };
    let organization = store.seed_organization(&row).await?;
    let mut first = 0;
    while let Some(rows) = world.rows(first, REPOSITORIES_AT_ONCE) {
        store.seed_rows(organization, &rows).await?;
        first += REPOSITORIES_AT_ONCE;
    }
    let (crawls, failures) = crawls(size, calendar);
    let days = world.days(&engine_version());
    store.seed_history(organization, &days, &crawls, &failures).await?;
    store.seed_campaigns(organization, &world.campaigns(), &world.views()).await?;
    Ok(())
}

/// Recounts what a database keeps summed, and says on `out` what is wrong.
///
/// # Errors
/// A sum is wrong, or the database refuses.
pub async fn check(database: &str, out: &mut impl Write) -> Result<()> {
    check_store(&Store::connect(database, CONNECTIONS).await?, out).await
}

async fn check_store(store: &Store, out: &mut impl Write) -> Result<()> {
    let recounts = store.recount().await.context("the recount failed")?;
    for it in &recounts {
        let words = if it.wrong == 0 { "right".to_owned() } else { format!("{} wrong", it.wrong) };
        writeln!(out, "{:<26} {words}", it.what)?;
    }
    if recounts.iter().any(|it| it.wrong > 0) {
        bail!("sums that pages read do not agree with the rows that they sum");
    }
    Ok(())
}
