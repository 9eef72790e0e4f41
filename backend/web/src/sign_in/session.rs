//! The session that a sign-in ends with, and how it ends itself.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use store::{NewSession, Person, Token};

use crate::access::{Cookies, Gate, ReturnTo};
use crate::app::App;
use crate::error::AppError;

const DISABLED: &str = "Your account is disabled. Ask an operator of this Drydock.";
/// What a browser keeps of pages is for whoever was signed in.
const CLEAR_SITE_DATA: &str = "clear-site-data";

/// Somebody who comes in.
pub(super) struct Entering<'a> {
    pub(super) person: &'a Person,
    /// Their own token at GitHub.
    pub(super) user_token: Option<&'a SecretString>,
    /// The page that they asked for.
    pub(super) to: &'a ReturnTo,
}

/// Begins a session under a cookie that nobody had before, and leads to the page.
pub(super) async fn begin(
    app: &App,
    gate: &Gate,
    headers: &HeaderMap,
    entering: Entering<'_>,
) -> Result<Response, AppError> {
    let cookies = Cookies { is_secure: gate.is_secure() };
    let (token, replaces) = (Token::random()?, cookies.session(headers));
    let browser = headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok());
    let new = NewSession {
        person: entering.person,
        token: &token,
        replaces: replaces.as_ref(),
        address: &app.reader.address,
        browser: browser.unwrap_or_default(),
        user_token: entering.user_token.map(|it| (it, &gate.keys)),
    };
    let begun = app.store.begin_session(&new, gate.rules, app.now()).await?;
    begun.ok_or_else(|| AppError::NotSignedIn(DISABLED.to_owned()))?;
    let mut response = Redirect::to(entering.to.as_str()).into_response();
    let cookie = cookies.keep_session(&token, gate.rules.absolute);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response.headers_mut().append(header::SET_COOKIE, cookies.forget_sign_in());
    Ok(response)
}

/// `POST /sign-out`.
pub(super) async fn end(app: App, headers: HeaderMap) -> Result<Response, AppError> {
    let gate = app.access.gate().ok_or(AppError::NotFound)?;
    let cookies = Cookies { is_secure: gate.is_secure() };
    if let Some(token) = cookies.session(&headers) {
        app.store.sign_out(&token, &app.reader.actor(), app.now()).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().append(header::SET_COOKIE, cookies.forget_session());
    response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    Ok(response)
}
