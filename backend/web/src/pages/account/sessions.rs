//! The sessions of whoever signed in: which there are, and how to end them.

use axum::extract::Path;
use axum::response::Redirect;
use chrono::{DateTime, Utc};
use store::SessionId;
use store::read::sessions::SessionLine;

use super::{browser, owner};
use crate::app::App;
use crate::error::AppError;
use crate::format::Moment;
use crate::links;

/// A session in words.
pub(super) struct SessionRow {
    pub(super) browser: String,
    pub(super) address: String,
    pub(super) began: Moment,
    pub(super) used: Moment,
    pub(super) ends: Moment,
    /// Whether this page was asked for with it.
    pub(super) is_this: bool,
    pub(super) action: String,
}

impl SessionRow {
    pub(super) fn new(it: &SessionLine, is_this: bool, now: DateTime<Utc>) -> Self {
        Self {
            browser: browser::words(&it.browser),
            address: it.address.clone(),
            began: Moment::new(it.created_at, now),
            used: Moment::new(it.last_used_at, now),
            ends: Moment::new(it.over_at, now),
            is_this,
            action: links::end_session(it.id),
        }
    }
}

/// Ends one. Whoever was first ended it; the page shows that it is gone.
pub(super) async fn end(app: App, Path(id): Path<String>) -> Result<Redirect, AppError> {
    let (person, _) = owner(&app)?;
    let id = id.parse().map(SessionId).map_err(|_| AppError::NotFound)?;
    app.store.revoke_session(person, id, &app.reader.actor(), app.now()).await?;
    Ok(back())
}

/// Ends all but the one at hand.
pub(super) async fn end_others(app: App) -> Result<Redirect, AppError> {
    let (person, session) = owner(&app)?;
    let (actor, now) = (app.reader.actor(), app.now());
    match session {
        Some(kept) => app.store.revoke_other_sessions(person, kept, &actor, now).await?,
        // A proxy says who they are: none of them is at hand.
        None => app.store.revoke_sessions(person, &actor, now).await?,
    };
    Ok(back())
}

/// Ends all: whoever asked signs in again.
pub(super) async fn end_all(app: App) -> Result<Redirect, AppError> {
    let (person, _) = owner(&app)?;
    app.store.revoke_sessions(person, &app.reader.actor(), app.now()).await?;
    Ok(back())
}

fn back() -> Redirect {
    Redirect::to(links::ACCOUNT)
}
