//! `drydock catalog`: a new edition now, from GitHub or a file, and what it does to verdicts.

mod import;
mod print;

use std::sync::Arc;

use anyhow::Result;
use crawl::{CrawlError, ReadCatalog, Standing, Successor, Worker};
use store::{JobKind, NewJob, Organization, PRIORITY_PERSON, Store, Trigger};

use self::print::say;
use crate::arguments::{CatalogCommand, ImportArguments};
use crate::catalog_setting::CatalogSetting;
use crate::connect::Connection;
use crate::database::{Database, Holds};
use crate::settings::Settings;
use crate::{clock, serve};

/// What is to be done once the database is open.
enum Task {
    Refresh,
    Import { read: Box<ReadCatalog>, is_trial: bool },
    Show,
}

/// Does what was asked and prints what came of it.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) async fn run(settings: Settings, command: CatalogCommand) -> Result<()> {
    let task = match command {
        CatalogCommand::Refresh => Task::Refresh,
        CatalogCommand::Show => Task::Show,
        // Read before anything is opened: a wrong file leaves nothing behind.
        CatalogCommand::Import(ImportArguments { source, dry_run }) => {
            Task::Import { read: Box::new(import::read(&source).await?), is_trial: dry_run }
        }
    };
    let connection = Connection::new(&settings)?;
    let database = Database::open(&settings, Holds::Real).await?;
    let done = perform(task, &database.store, &settings, connection).await;
    database.close().await?;
    done
}

async fn perform(
    task: Task,
    store: &Store,
    settings: &Settings,
    connection: Arc<Connection>,
) -> Result<()> {
    match task {
        Task::Show => show(store, settings).await,
        Task::Refresh => {
            connection.find_installations().await?;
            refresh(&serve::worker(store, connection).await?).await
        }
        Task::Import { read, is_trial } => {
            import::take(&serve::worker(store, connection).await?, *read, is_trial).await
        }
    }
}

async fn refresh(worker: &Worker) -> Result<()> {
    match worker.refresh_catalog_at_once().await? {
        Some(new) => rescore(worker, &new).await,
        None => Ok(say("The catalogue has not changed.")?),
    }
}

/// Scores everything by a new edition, and says what it brought.
async fn rescore(worker: &Worker, new: &Successor) -> Result<()> {
    say(&print::edition(new))?;
    let begun = clock()();
    for organization in worker.store.organizations().await? {
        let login = &organization.login;
        match worker.rescore_at_once(&organization, Trigger::Command).await {
            Ok(_) => {}
            Err(CrawlError::Running(_)) => {
                queue(&worker.store, &organization).await?;
                say(&format!("{login} is being crawled; it is scored anew right after that."))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    let changed = worker.store.verdicts_changed_by_catalog(begun, None).await?;
    Ok(say(&format!("{} changed by it.", print::counted(changed, "verdict")))?)
}

async fn queue(store: &Store, organization: &Organization) -> Result<()> {
    let now = clock()();
    let job = NewJob {
        kind: JobKind::Rescore,
        organization: organization.id,
        trigger: Trigger::Command,
        priority: PRIORITY_PERSON,
        run_at: now,
    };
    store.enqueue(&job, now).await?;
    Ok(())
}

async fn show(store: &Store, settings: &Settings) -> Result<()> {
    let Standing { kept, edition } = Standing::of(store).await?;
    match (&kept, edition) {
        (Some(kept), Some(_)) => say(&print::kept(kept))?,
        (Some(_), None) => say(
            "The kept catalogue is of another version of Drydock; until the next look the facts hold that come with the program.",
        )?,
        (None, _) => say(&format!(
            "The facts hold that come with the program, of {}.",
            checklist::Catalog::built_in().day()
        ))?,
    }
    let standing = store.refresh_standing(clock()()).await?;
    let next = match &settings.catalog {
        CatalogSetting::At(repository) => print::looks(&standing, &repository.to_string()),
        CatalogSetting::Off | CatalogSetting::NotThere => CrawlError::NoCatalog.to_string(),
    };
    Ok(say(&next)?)
}
