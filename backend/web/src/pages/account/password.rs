//! Another password for a local account: the old one once, the new one twice.

use std::net::{IpAddr, Ipv4Addr};

use axum::extract::Form;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse as _, Redirect, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use store::{AccountRefusal, HashedPassword, NewPassword, PasswordAnswer, Person, SignInMethod};

use super::{Forms, answer, owner};
use crate::app::App;
use crate::error::AppError;
use crate::links;

/// The form; none of its fields is ever sent back.
#[derive(Default)]
pub(super) struct PasswordForm {
    pub(super) refusal: Option<String>,
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    old: SecretString,
    new: SecretString,
    again: SecretString,
}

/// Changes it. Every session ends with it, this one too, and every API token.
pub(super) async fn change(
    app: App,
    asked: Result<Form<Asked>, FormRejection>,
) -> Result<Response, AppError> {
    let (person, _) = owner(&app)?;
    if person.method != SignInMethod::Local {
        return Err(AppError::NotFound);
    }
    let Ok(Form(asked)) = asked else {
        return Err(AppError::BadRequest("Go back and send the form again.".to_owned()));
    };
    match understood(&app, person, asked).await? {
        Ok(password) => {
            let (actor, now) = (app.reader.actor(), app.now());
            app.store.change_password(person.id, &password, &actor, now).await?;
            Ok(Redirect::to(links::ACCOUNT).into_response())
        }
        Err(refusal) => {
            let form = PasswordForm { refusal: Some(refusal) };
            answer(&app, Forms { password: Some(form), ..Forms::default() }).await
        }
    }
}

/// The new password, or why it is not taken. The old one is asked first: whoever found an open
/// session learns nothing of what would do.
async fn understood(
    app: &App,
    person: &Person,
    asked: Asked,
) -> Result<Result<HashedPassword, String>, AppError> {
    let address = app.reader.address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let refused = |sentence: &str| Ok(Err(sentence.to_owned()));
    match app.store.check_password(&person.subject, asked.old, address, app.now()).await? {
        PasswordAnswer::Right(_) => {}
        PasswordAnswer::Wrong => return refused("The old password is not right."),
        PasswordAnswer::TooOften => {
            return refused("That failed too often. Try again in a quarter of an hour.");
        }
    }
    if asked.new.expose_secret() != asked.again.expose_secret() {
        return refused("The new password is not the same both times.");
    }
    let new = person.subject.parse().and_then(|name| NewPassword::of(&name, asked.new));
    match new {
        Ok(new) => Ok(Ok(new.hashed().await?)),
        Err(refusal) => refused(&sentence(refusal)),
    }
}

fn sentence(refusal: AccountRefusal) -> String {
    let words = refusal.to_string();
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |it| format!("{}{}.", it.to_uppercase(), letters.as_str()))
}
