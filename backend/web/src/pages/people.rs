//! `/people`: everybody who may come in, and what operators change about them.

mod change;
mod row;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use serde::Deserialize;

use self::row::PersonRow;
use crate::app::App;
use crate::error::{AppError, form_page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::routes::{Need, Routes};

/// The longest text that is looked for, in characters.
const LONGEST: usize = 100;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(links::PEOPLE, Need::OPERATOR, show)
        .post("/people/{id}/role", Need::OPERATOR, change::role)
        .post("/people/{id}/keep-out", Need::OPERATOR, change::keep_out)
        .post("/people/{id}/let-in", Need::OPERATOR, change::let_in)
        .post("/people/{id}/end-sessions", Need::OPERATOR, change::end_sessions)
        .post("/people/{id}/revoke-tokens", Need::OPERATOR, change::revoke_tokens)
        .post("/people/{id}/remove", Need::OPERATOR, change::remove)
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "pages/people.html")]
struct PeoplePage {
    layout: Layout,
    /// What was looked for.
    q: String,
    people: Vec<PersonRow>,
    /// Why something was not done.
    refusal: Option<String>,
}

async fn show(app: App, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response, AppError> {
    let Query(asked) = asked?;
    answer(&app, &asked.q, None).await
}

async fn answer(app: &App, q: &str, refusal: Option<String>) -> Result<Response, AppError> {
    let q: String = q.trim().chars().take(LONGEST).collect();
    let like = (!q.is_empty()).then_some(q.as_str());
    let now = app.now();
    let people = app.store.people(like, now).await?;
    let you = app.reader.actor().person;
    let people = people.iter().map(|it| PersonRow::new(it, you, now)).collect();
    let layout = Layout::general(app, Section::Settings, "People").await?;
    let is_refused = refusal.is_some();
    form_page(&PeoplePage { layout, q, people, refusal }, is_refused)
}
