//! A catalogue from a file: read, judged, and either taken or only tried.

use std::io;
use std::path::Path;

use anyhow::{Context, Result, bail};
use catalog::{Collection, read_archive};
use chrono::DateTime;
use crawl::{ReadCatalog, Standing, Successor, Worker, preview};
use store::ReadFrom;

use super::print::{self, say};
use super::rescore;
use crate::check::facts;
use crate::clock;

/// Reads an archive, a folder, or an archive on standard input (`-`).
///
/// # Errors
/// A sentence that says which file is expected.
pub(super) async fn read(source: &Path) -> Result<ReadCatalog> {
    let path = source.to_path_buf();
    let files = tokio::task::spawn_blocking(move || collection(&path)).await??;
    let changed = i64::try_from(files.newest()).ok().filter(|it| *it > 0);
    let changed = changed.and_then(|it| DateTime::from_timestamp(it, 0));
    let now = clock()();
    // What lies ahead is a clock that is wrong.
    let day = changed.map_or(now, |it| it.min(now)).date_naive();
    let name = source
        .file_name()
        .map_or_else(|| source.display().to_string(), |it| it.to_string_lossy().into_owned());
    let source = if is_standard_input(source) { "standard input".to_owned() } else { name };
    Ok(ReadCatalog { files, day, source, read_from: ReadFrom::File, commit: None })
}

fn is_standard_input(source: &Path) -> bool {
    source == Path::new("-")
}

fn collection(source: &Path) -> Result<Collection> {
    if is_standard_input(source) {
        let name = Path::new("standard input");
        return read_archive(io::stdin().lock()).with_context(|| facts::no_catalogue(name));
    }
    facts::collection(source)
}

/// Makes what was read the present edition, or says what that would do.
///
/// # Errors
/// A sentence that says why it may not be.
pub(super) async fn take(worker: &Worker, read: ReadCatalog, is_trial: bool) -> Result<()> {
    let (day, store) = (read.day, &worker.store);
    let standing = Standing::of(store).await?;
    let new = standing
        .succeeded_by(read)
        .await
        .context("the catalogue was not taken; the one in use stays as it is")?;
    let Some(new) = new else {
        return Ok(say(&format!("This catalogue, of {day}, is the one in use: nothing changes."))?);
    };
    if is_trial {
        return try_out(worker, &new).await;
    }
    if !new.keep(store, clock()()).await? {
        bail!("another process has just changed the catalogue; try again");
    }
    worker.catalog.follow(store).await?;
    rescore(worker, &new).await
}

async fn try_out(worker: &Worker, new: &Successor) -> Result<()> {
    say(&print::edition(new))?;
    let catalog = std::sync::Arc::new(new.edition.catalog()?);
    let organizations = worker.store.organizations().await?;
    for organization in &organizations {
        let (moves, _) = preview(&worker.store, organization.id, &catalog).await?;
        say(&print::moves(&organization.login, &moves))?;
    }
    if organizations.is_empty() {
        say("No organization is followed, so no verdict would change.")?;
    }
    Ok(say("Nothing was written.")?)
}
