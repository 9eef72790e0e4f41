//! The API tokens of whoever signed in: made, shown once, revoked.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path};
use axum::http::{HeaderValue, header};
use axum::response::{Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use store::read::api_tokens::ApiTokenLine;
use store::{ApiTokenId, NewApiToken, Role, TokenScope};

use super::{Forms, answer, owner};
use crate::app::App;
use crate::error::AppError;
use crate::format::{Moment, shown};
use crate::links;

/// For how many days a token may be good.
const LIVES: [i64; 4] = [7, 30, 90, 365];

/// A token in words.
pub(super) struct TokenRow {
    pub(super) name: String,
    pub(super) scope: &'static str,
    pub(super) made: Moment,
    pub(super) used: Option<Moment>,
    pub(super) ends: Moment,
    pub(super) state: &'static str,
    /// Where it is revoked; none if it is good for nothing already.
    pub(super) action: Option<String>,
}

/// The form of a new token, as it was sent if it was refused.
#[derive(Default)]
pub(super) struct TokenForm {
    pub(super) name: String,
    pub(super) days: i64,
    pub(super) writes: bool,
    /// Whether the person may do anything that a token for reading may not.
    pub(super) may_write: bool,
    pub(super) refusal: Option<String>,
}

impl TokenForm {
    /// Each life, and whether it is chosen.
    pub(super) fn lives(&self) -> [(i64, bool); 4] {
        let chosen = if LIVES.contains(&self.days) { self.days } else { 30 };
        LIVES.map(|days| (days, days == chosen))
    }
}

impl TokenRow {
    pub(super) fn new(it: &ApiTokenLine, now: DateTime<Utc>) -> Self {
        let state = match it.revoked_at {
            Some(_) => "revoked",
            None if it.expires_at <= now => "expired",
            None => "good",
        };
        Self {
            name: shown(&it.name),
            scope: match it.scope {
                TokenScope::Read => "reads",
                TokenScope::Write => "reads and writes",
            },
            made: Moment::new(it.created_at, now),
            used: it.last_used_at.map(|it| Moment::new(it, now)),
            ends: Moment::new(it.expires_at, now),
            state,
            action: (state == "good").then(|| links::revoke_token(it.id)),
        }
    }
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    name: String,
    scope: String,
    days: i64,
}

/// Makes a token. The answer shows it and is kept nowhere: no address holds it.
pub(super) async fn make(
    app: App,
    asked: Result<Form<Asked>, FormRejection>,
) -> Result<Response, AppError> {
    let (person, _) = owner(&app)?;
    let Form(asked) = asked.map_err(|_| unreadable())?;
    let scope = TokenScope::from_slug(&asked.scope).ok_or_else(unreadable)?;
    let days = Some(asked.days).filter(|it| LIVES.contains(it)).ok_or_else(unreadable)?;
    let now = app.now();
    let new =
        NewApiToken { person, name: &asked.name, scope, expires_at: now + TimeDelta::days(days) };
    let made = if scope == TokenScope::Write && !app.reader.may(Role::Editor) {
        Err("A viewer\u{2019}s token reads only.".to_owned())
    } else {
        let made = app.store.make_api_token(&new, &app.reader.actor(), now).await?;
        made.map_err(|it| it.to_string())
    };
    let forms = match made {
        Ok(token) => Forms { made: Some(token.expose().to_owned()), ..Forms::default() },
        Err(refusal) => {
            let (name, writes) = (asked.name.clone(), scope == TokenScope::Write);
            let refusal = Some(refusal);
            let token = TokenForm { name, days, writes, refusal, ..TokenForm::default() };
            Forms { token, ..Forms::default() }
        }
    };
    let mut response = answer(&app, forms).await?;
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    Ok(response)
}

/// Revokes a token. Whoever was first revoked it; the page shows that it is.
pub(super) async fn revoke(app: App, Path(id): Path<String>) -> Result<Redirect, AppError> {
    let (person, _) = owner(&app)?;
    let id = id.parse().map(ApiTokenId).map_err(|_| AppError::NotFound)?;
    app.store.revoke_api_token(person, id, &app.reader.actor(), app.now()).await?;
    Ok(Redirect::to(links::ACCOUNT))
}

fn unreadable() -> AppError {
    AppError::BadRequest("Go back and send the form again.".to_owned())
}
