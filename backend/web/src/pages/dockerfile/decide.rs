//! The forms of the cards: a decision given or withdrawn leads back to its card; one that is
//! refused shows the page again with the reason and what was typed.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use checklist::Item;
use chrono::NaiveDate;
use serde::Deserialize;
use store::decision::NewDecision;
use store::read::dockerfile::Dockerfile;
use store::read::repository::Repository;
use store::{DecisionId, DecisionKind};

use super::{Place, SHOWN_DECISIONS, found, shown};
use crate::app::App;
use crate::error::{AppError, form_page};
use crate::{links, reader_name};

/// What a form sends, as it was typed.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    item: String,
    kind: String,
    #[serde(default)]
    evidence: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    by: String,
}

/// What the form of a withdrawal sends.
#[derive(Debug, Deserialize)]
pub(super) struct Withdrawn {
    item: String,
    decision: i64,
    #[serde(default)]
    by: String,
}

/// A form as its reader left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tried {
    /// The name; none where the reader has one.
    pub(super) by: Option<String>,
    /// Which form: its item, and what it decides; none for a withdrawal.
    pub(super) form: Option<(Item, Option<DecisionKind>)>,
    pub(super) reason: String,
    pub(super) until: String,
    /// Why it was not taken.
    pub(super) refusal: Option<String>,
}

impl Tried {
    /// Nothing yet, by a reader of this name.
    pub(super) fn nothing(by: Option<String>) -> Self {
        Self { by, form: None, reason: String::new(), until: String::new(), refusal: None }
    }
}

/// Takes a decision.
pub(super) async fn decide(
    app: App,
    Path(place): Place,
    asked: Result<Form<Asked>, FormRejection>,
) -> Result<Response, AppError> {
    let Form(asked) = asked.map_err(|_| unreadable())?;
    let item = Item::from_slug(&asked.item).ok_or_else(unreadable)?;
    let kind = DecisionKind::from_slug(&asked.kind).ok_or_else(unreadable)?;
    let (repository, file) = found(&app, place).await?;
    let refusal = match last_day(&asked.until) {
        Err(sentence) => Some(sentence.to_owned()),
        Ok(expires_on) => {
            let new = NewDecision {
                dockerfile: file.id,
                item,
                kind,
                reason: asked.reason.clone(),
                decided_by: app.reader.name().unwrap_or(&asked.by).to_owned(),
                expires_on,
                evidence: asked.evidence,
            };
            app.store
                .decide(&new, &app.reader.actor(), app.now())
                .await?
                .err()
                .map(|it| it.to_string())
        }
    };
    let Asked { by, reason, until, .. } = asked;
    let by = reader_name::asked(&app.reader, by);
    let tried = Tried { by, form: Some((item, Some(kind))), reason, until, refusal };
    answer(&app, (&repository, &file), item, &tried).await
}

/// Takes a decision back.
pub(super) async fn withdraw(
    app: App,
    Path(place): Place,
    asked: Result<Form<Withdrawn>, FormRejection>,
) -> Result<Response, AppError> {
    let Form(asked) = asked.map_err(|_| unreadable())?;
    let item = Item::from_slug(&asked.item).ok_or_else(unreadable)?;
    let (repository, file) = found(&app, place).await?;
    let decision = DecisionId(asked.decision);
    let of_file = app.store.decisions_of_dockerfile(file.id, SHOWN_DECISIONS).await?;
    if !of_file.iter().any(|it| it.id == decision) {
        return Err(AppError::NotFound);
    }
    let by = app.reader.name().unwrap_or(&asked.by);
    let refusal = app.store.withdraw(decision, by, &app.reader.actor(), app.now()).await?.err();
    let tried = Tried {
        form: Some((item, None)),
        refusal: refusal.map(|it| it.to_string()),
        ..Tried::nothing(reader_name::asked(&app.reader, asked.by))
    };
    answer(&app, (&repository, &file), item, &tried).await
}

/// Back to the card, or the page again with what is the matter.
async fn answer(
    app: &App,
    (repository, file): (&Repository, &Dockerfile),
    item: Item,
    tried: &Tried,
) -> Result<Response, AppError> {
    if tried.refusal.is_none() {
        let card = links::card(&repository.owner, &repository.name, &file.path, item);
        let mut response = Redirect::to(&card).into_response();
        if let Some(cookie) = tried.by.as_deref().and_then(reader_name::cookie) {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        return Ok(response);
    }
    let page = shown(app, repository, file, tried).await?;
    form_page(&page, true)
}

/// The last day that was typed, if one was.
fn last_day(typed: &str) -> Result<Option<NaiveDate>, &'static str> {
    match typed.trim() {
        "" => Ok(None),
        day => day
            .parse()
            .map(Some)
            .map_err(|_| "The last day cannot be read: write it as 2027-01-31."),
    }
}

fn unreadable() -> AppError {
    AppError::BadRequest("Go back and send the form again.".to_owned())
}
