//! Drydock: takes an organization through its migration to Docker Hardened Images.
//!
//! Wiring only: arguments, settings, start and stop. The only crate that reads the
//! clock, the environment and the arguments.

mod arguments;
mod catalog_once;
mod catalog_setting;
mod check;
mod connect;
mod crawl_once;
mod credentials;
mod database;
mod demo;
mod health;
mod kept_tokens;
mod private_file;
mod secret_key;
mod secrets;
mod serve;
mod settings;
mod shutdown;
mod sign_in;
mod user;
mod watch;
mod webhooks;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::arguments::{Arguments, Command, ServeArguments};
use crate::database::{Database, Holds};
use crate::settings::Settings;

/// What no level lets into the log. What octocrab logs as an error is returned as one too, and
/// logged where it is handled; sqlx quotes what it does not know in `DATABASE_URL`, a password
/// among it. The others are what the reader of shells calls its words, which are the text of
/// files, and with it whatever secret somebody wrote there.
const UNHEARD: &str =
    "octocrab=off,sqlx_postgres::options=off,tokenize=off,parse=off,expansion=off,arithmetic=off";
/// The exit status of a `check` that could not run.
const COULD_NOT_CHECK: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(Command::Check(check)) = &arguments.command {
        return check::run(check).unwrap_or_else(|error| failure(&error, COULD_NOT_CHECK));
    }
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure(&error, 1),
    }
}

/// Says on standard error what went wrong and, below it, why.
#[expect(clippy::print_stderr, reason = "the last word to the person at the terminal")]
fn failure(error: &anyhow::Error, status: u8) -> ExitCode {
    eprintln!("drydock: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
    ExitCode::from(status)
}

fn run(arguments: Arguments) -> Result<()> {
    let settings = Settings::resolve(arguments.shared)?;
    let log = settings.log.as_deref().unwrap_or_else(|| usual_log(arguments.command.as_ref()));
    let heard = heard_at(log)?;
    tracing_subscriber::fmt().with_env_filter(heard).with_writer(std::io::stderr).init();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime could not be started")?
        .block_on(dispatch(arguments.command, settings))
}

/// What is logged unless somebody says. Beside the words of a command for a person at a terminal
/// stands nothing that says the same.
const fn usual_log(command: Option<&Command>) -> &'static str {
    match command {
        Some(Command::User(_) | Command::Secrets(_)) => "warn",
        None
        | Some(
            Command::Serve(_)
            | Command::Demo
            | Command::Crawl(_)
            | Command::Worker
            | Command::Catalog(_)
            | Command::Check(_)
            | Command::Migrate
            | Command::Health,
        ) => "info",
    }
}

/// What is let into the log at a level, or by a filter.
fn heard_at(level: &str) -> Result<EnvFilter> {
    EnvFilter::try_new(format!("{UNHEARD},{level}")).with_context(|| {
        format!("“{level}” is no log filter; write error, warn, info, debug or trace")
    })
}

async fn dispatch(command: Option<Command>, settings: Settings) -> Result<()> {
    match command.unwrap_or_else(|| Command::Serve(ServeArguments::default())) {
        Command::Serve(arguments) => serve::run(settings, arguments.organizations).await,
        Command::Demo => demo::run(settings).await,
        Command::Crawl(arguments) => crawl_once::run(settings, &arguments).await,
        Command::Catalog(command) => catalog_once::run(settings, command).await,
        Command::Worker => serve::work(settings).await,
        Command::User(command) => user::run(&settings, command).await,
        Command::Secrets(command) => secrets::run(&settings, &command).await,
        Command::Migrate => Database::migrated(&settings, Holds::Real).await?.close().await,
        Command::Health => health::run(&settings).await,
        // Handled in `main`, without a runtime and with an exit status of its own.
        Command::Check(_) => Ok(()),
    }
}

/// The clock: the only place that reads it.
fn clock() -> Arc<dyn Fn() -> DateTime<Utc> + Send + Sync> {
    Arc::new(Utc::now)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use checklist::{Catalog, FileKind, Policy, SourceFile};

    use super::*;

    #[test]
    fn a_password_in_a_dockerfile_is_not_logged_at_any_level() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(heard_at("trace").unwrap())
            .with_writer(Mutex::new(log.reopen().unwrap()));
        tracing::subscriber::with_default(subscriber.finish(), || {
            tracing::trace!("Something of little weight");
            let bytes = b"FROM alpine\nRUN add --password otter-lamp-gravel-nine && x=$((1 + 1))\n";
            let file = SourceFile { kind: FileKind::Dockerfile, bytes };
            drop(checklist::check(&file, Catalog::built_in(), &Policy::default()));
        });
        let log = std::fs::read_to_string(log.path()).unwrap();
        assert!(log.contains("of little weight") && !log.contains("otter"), "{log}");
    }
}
