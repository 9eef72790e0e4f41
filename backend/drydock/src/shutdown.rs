//! Ctrl-C and SIGTERM ask everything to end.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled at the first Ctrl-C or SIGTERM.
///
/// # Errors
/// The handlers could not be installed.
pub(crate) fn token() -> Result<CancellationToken> {
    let mut interrupt =
        signal(SignalKind::interrupt()).context("Ctrl-C could not be listened for")?;
    let mut terminate =
        signal(SignalKind::terminate()).context("SIGTERM could not be listened for")?;
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        cancelled.cancel();
    });
    Ok(token)
}
