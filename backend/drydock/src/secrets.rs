//! `drydock secrets rotate`: everything sealed with the present key.

use std::io::{self, Write as _};

use anyhow::Result;
use store::Actor;

use crate::arguments::SecretsCommand;
use crate::clock;
use crate::database::Database;
use crate::settings::Settings;

/// Seals everything with the present key, and says how much that was.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) async fn run(settings: &Settings, command: &SecretsCommand) -> Result<()> {
    match command {
        SecretsCommand::Rotate => rotate(settings).await,
    }
}

async fn rotate(settings: &Settings) -> Result<()> {
    let keys = settings.secret_keys()?;
    let database = Database::beside(settings).await?;
    let sessions = database.store.reseal(&keys, &Actor::command_line(), clock()()).await;
    database.close().await?;
    let sessions = sessions?;
    let tokens = settings.reseal_tokens(&keys)?;
    let sealed = sessions.sealed + tokens;
    let mut out = io::stdout().lock();
    writeln!(out, "{sealed} secrets were sealed anew; all are sealed with the present key.")?;
    if sessions.lost > 0 {
        let lost = sessions.lost;
        writeln!(out, "{lost} sessions were sealed with a key that is not here, and ended.")?;
    }
    Ok(())
}
