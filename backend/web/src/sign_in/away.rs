//! Signing in over another site: the way there, and the way back.

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;
use store::{
    Actor, AuditAction, AuditEntry, FlowSecrets, NewFlow, Recognized, SignInFlow, SignInMethod,
    Token,
};

use super::page::Wish;
use super::session::{Entering, begin};
use super::{Answer, Flow, SignInError, SignedIn};
use crate::access::{Cookies, Gate, ReturnTo, sentence};
use crate::app::App;
use crate::error::AppError;

/// For so many seconds a sign-in counts that did not come back.
const PATIENCE: u32 = 10 * 60;

/// Said to who did not begin here.
const LED_HERE: &str = "Another site has led your browser here, and whom it would sign in may not \
                        be you. If you want to sign in, open /sign-in and begin there.";

/// What a site sends the browser back with.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Back {
    state: Option<String>,
    code: Option<SecretString>,
    error: Option<String>,
    iss: Option<String>,
}

/// Sends the browser to the site of a method.
pub(super) async fn leave(
    app: App,
    Path(method): Path<String>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Result<Response, AppError> {
    let gate = app.access.gate().ok_or(AppError::NotFound)?;
    let method = offered(gate, &method)?;
    if is_led_here(&headers) {
        return Err(AppError::Forgeable(LED_HERE.to_owned()));
    }
    let (state, browser) = (Token::random()?, Token::random()?);
    let secrets = FlowSecrets {
        verifier: Token::random()?.expose().to_owned().into(),
        nonce: Token::random()?.expose().to_owned().into(),
    };
    let (flow, to) = (flow(&state, &secrets), wish.to());
    let site = gate.sign_in.begin(method.slug(), &flow).await.map_err(refused)?;
    let new = NewFlow {
        method,
        state: &state,
        browser: &browser,
        secrets: &secrets,
        return_to: to.as_str(),
        address: app.reader.ip(),
    };
    if !app.store.begin_flow(&new, &gate.keys, app.now()).await? {
        return Err(AppError::TooOften(PATIENCE));
    }
    let mut response = Redirect::to(&site).into_response();
    let cookie = Cookies { is_secure: gate.is_secure() }.keep_sign_in(&browser);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Whether a page of another site began this: the provider may let its browser through without
/// asking, so that somebody is signed in who did not want to be. Our own page says
/// `same-origin`, an address that was typed `none`.
fn is_led_here(headers: &HeaderMap) -> bool {
    let from = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    matches!(from, Some(b"cross-site" | b"same-site"))
}

/// Lets in who comes back.
pub(super) async fn come_back(
    app: App,
    Path(method): Path<String>,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, AppError> {
    let gate = app.access.gate().ok_or(AppError::NotFound)?;
    let method = offered(gate, &method)?;
    let begun = taken(&app, gate, &headers, &back).await?;
    let Some((state, begun)) = begun.filter(|(_, it)| it.method == method) else {
        return Err(refused(SignInError::Over));
    };
    let answer = Answer { code: back.code, error: back.error, issuer: back.iss };
    let flow = flow(&state, &begun.secrets);
    let signed_in = match gate.sign_in.finish(method.slug(), &answer, &flow).await {
        Ok(signed_in) => signed_in,
        Err(error) => {
            note_failure(&app, method.slug()).await?;
            return Err(refused(error));
        }
    };
    let to = ReturnTo::of(&begun.return_to);
    enter(&app, (gate, &headers), (method, signed_in), &to).await
}

async fn enter(
    app: &App,
    (gate, headers): (&Gate, &HeaderMap),
    (method, signed_in): (SignInMethod, SignedIn),
    to: &ReturnTo,
) -> Result<Response, AppError> {
    let recognized = Recognized {
        method,
        subject: &signed_in.subject,
        name: &signed_in.name,
        address: &app.reader.address,
        first_role: gate.default_role,
        named_as: gate.operators.entry(&signed_in.handles),
    };
    let person = app.store.recognize_person(&recognized, app.now()).await?;
    gate.questions.note_let_in(person.id, app.now());
    if person.disabled_at.is_some() {
        note_failure(app, &person.account()).await?;
    }
    let user_token = signed_in.token.as_ref();
    begin(app, gate, headers, Entering { person: &person, user_token, to }).await
}

/// The sign-in that this browser began, which is over by that.
async fn taken(
    app: &App,
    gate: &Gate,
    headers: &HeaderMap,
    back: &Back,
) -> Result<Option<(Token, SignInFlow)>, AppError> {
    let state = back.state.as_deref().and_then(Token::parse);
    let browser = Cookies { is_secure: gate.is_secure() }.sign_in(headers);
    let Some((state, browser)) = state.zip(browser) else { return Ok(None) };
    match app.store.take_flow(&state, &browser, &gate.keys, app.now()).await {
        Ok(flow) => Ok(flow.map(|it| (state, it))),
        // The key is another one since it began.
        Err(store::StoreError::Sealed) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn flow(state: &Token, secrets: &FlowSecrets) -> Flow {
    Flow {
        state: state.expose().to_owned(),
        verifier: secrets.verifier.clone(),
        nonce: secrets.nonce.clone(),
    }
}

/// A method that the settings have.
fn offered(gate: &Gate, slug: &str) -> Result<SignInMethod, AppError> {
    let is_offered = gate.sign_in.methods().iter().any(|it| it.slug == slug);
    let method = SignInMethod::try_from(slug.to_owned()).ok().filter(|_| is_offered);
    method.ok_or(AppError::NotFound)
}

async fn note_failure(app: &App, subject: &str) -> Result<(), AppError> {
    let address = app.reader.address.to_string();
    let nobody = Actor { person: None, name: "nobody".to_owned(), address };
    let entry = AuditEntry::of(AuditAction::SignInFailed, subject);
    Ok(app.store.note_action(&nobody, &entry, app.now()).await?)
}

/// The error for the person; what is for whoever runs Drydock goes to the log.
fn refused(error: SignInError) -> AppError {
    match &error {
        SignInError::UnknownMethod => return AppError::NotFound,
        SignInError::Failed(why) => tracing::error!(why, "A sign-in failed"),
        SignInError::Unreachable(why) => tracing::warn!(why, "A sign-in failed"),
        SignInError::Denied
        | SignInError::Over
        | SignInError::NotLetIn(_)
        | SignInError::SignedOut
        | SignInError::SingleSignOn => {}
    }
    AppError::NotSignedIn(sentence(&error))
}
