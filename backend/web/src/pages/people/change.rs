//! What operators change about a person. What is done already stays as it is, whoever did it.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use store::{LastOperator, Person, PersonId, Role};

use super::answer;
use crate::app::App;
use crate::error::AppError;
use crate::links;

/// What the form of a role sends.
#[derive(Debug, Deserialize)]
pub(super) struct GivenRole {
    role: String,
}

/// What the form of a removal sends.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Removal {
    #[serde(default)]
    sure: String,
}

pub(super) async fn role(
    app: App,
    Path(id): Path<String>,
    given: Result<Form<GivenRole>, FormRejection>,
) -> Result<Response, AppError> {
    let role = given.ok().and_then(|Form(it)| Role::from_slug(&it.role)).ok_or_else(unreadable)?;
    let person = found(&app, &id).await?;
    let changed = app.store.change_role(person.id, role, &app.reader.actor(), app.now()).await?;
    done(&app, changed).await
}

pub(super) async fn keep_out(app: App, Path(id): Path<String>) -> Result<Response, AppError> {
    let person = found(&app, &id).await?;
    let kept_out = app.store.disable_person(person.id, &app.reader.actor(), app.now()).await?;
    done(&app, kept_out).await
}

pub(super) async fn let_in(app: App, Path(id): Path<String>) -> Result<Response, AppError> {
    let person = found(&app, &id).await?;
    let let_in = app.store.enable_person(person.id, &app.reader.actor(), app.now()).await?;
    done(&app, Ok(let_in)).await
}

pub(super) async fn end_sessions(app: App, Path(id): Path<String>) -> Result<Response, AppError> {
    let person = found(&app, &id).await?;
    app.store.revoke_sessions(&person, &app.reader.actor(), app.now()).await?;
    done(&app, Ok(true)).await
}

pub(super) async fn revoke_tokens(app: App, Path(id): Path<String>) -> Result<Response, AppError> {
    let person = found(&app, &id).await?;
    app.store.revoke_api_tokens(&person, &app.reader.actor(), app.now()).await?;
    done(&app, Ok(true)).await
}

pub(super) async fn remove(
    app: App,
    Path(id): Path<String>,
    removal: Result<Form<Removal>, FormRejection>,
) -> Result<Response, AppError> {
    let Form(removal) = removal.map_err(|_| unreadable())?;
    let person = found(&app, &id).await?;
    if removal.sure != "yes" {
        let sentence = format!("Tick that {} is to be removed.", person.name);
        return answer(&app, "", Some(sentence)).await;
    }
    let removed = app.store.remove_person(person.id, &app.reader.actor(), app.now()).await?;
    done(&app, removed).await
}

async fn found(app: &App, id: &str) -> Result<Person, AppError> {
    let id = id.parse().map(PersonId).map_err(|_| AppError::NotFound)?;
    app.store.person(id).await?.ok_or(AppError::NotFound)
}

/// Back to the list, or the list again with what is the matter.
async fn done(app: &App, done: Result<bool, LastOperator>) -> Result<Response, AppError> {
    match done {
        Ok(_) => Ok(Redirect::to(links::PEOPLE).into_response()),
        Err(refusal) => answer(app, "", Some(refusal.to_string())).await,
    }
}

fn unreadable() -> AppError {
    AppError::BadRequest("Go back and send the form again.".to_owned())
}
