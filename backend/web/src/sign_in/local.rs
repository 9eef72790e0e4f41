//! Signing in with an account of this Drydock: a name and a password.

use axum::Form;
use axum::http::HeaderMap;
use axum::response::Response;
use secrecy::SecretString;
use serde::Deserialize;
use store::PasswordAnswer;

use super::page::form;
use super::session::{Entering, begin};
use crate::access::ReturnTo;
use crate::app::App;
use crate::error::AppError;

/// For so many seconds a failure counts.
const WINDOW: u32 = 15 * 60;
/// The same for an unknown name as for a wrong password.
const WRONG: &str = "The name or the password is not right.";

/// What was typed.
#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    name: String,
    password: SecretString,
    #[serde(default)]
    to: String,
}

/// Lets somebody in whose password is right.
pub(super) async fn enter(
    app: App,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let gate = app.access.gate().ok_or(AppError::NotFound)?;
    let to = ReturnTo::of(&typed.to);
    let answer = app.store.check_password(&typed.name, typed.password, app.reader.ip(), app.now());
    match answer.await? {
        PasswordAnswer::Right(person) => {
            let entering = Entering { person: &person, user_token: None, to: &to };
            begin(&app, gate, &headers, entering).await
        }
        PasswordAnswer::Wrong => form(&app, gate, &to, Some((typed.name, WRONG))).await,
        PasswordAnswer::TooOften => Err(AppError::TooOften(WINDOW)),
    }
}
