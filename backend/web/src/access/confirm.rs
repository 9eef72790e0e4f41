//! Forms from browsers that do not say where a form comes from.
//!
//! Browsers of today send `Sec-Fetch-Site` or `Origin`, and `CsrfLayer` refuses what comes from
//! another site. It lets through what has neither, as programs send it. With a session's
//! cookie that is an old browser, which may have been led here by another site: it gets the
//! form once more, on a page of ours that nobody else can make, to be sent by hand.

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use store::Token;

use super::cookie::Cookies;
use crate::app::Site;
use crate::error::{AppError, page};
use crate::layout::Layout;
use crate::middleware::BODY_LIMIT;
use crate::reader::{Reader, Who};

/// The field that holds the proof. No form of ours has one of that name.
const PROOF: &str = "drydock-proof";
const FORM: &str = "application/x-www-form-urlencoded";

/// Lets a request through whose origin is known, or does not matter.
pub(crate) async fn confirm(
    State(site): State<Option<Site>>,
    request: Request,
    next: Next,
) -> Response {
    if request.method().is_safe() || says_origin(request.headers()) || !is_person(&request) {
        return next.run(request).await;
    }
    let gate = site.as_ref().and_then(|it| it.access.gate());
    let cookies = gate.map(|it| Cookies { is_secure: it.is_secure() });
    let token = cookies.and_then(|it| it.session(request.headers()));
    match token.filter(|_| is_form(request.headers())) {
        Some(token) => confirmed(&token, request, next).await,
        None => refused(),
    }
}

/// Passes on a form with its proof, without it; shows one that has none.
async fn confirmed(token: &Token, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let expected = format!("{PROOF}={}", token.proof(PROOF));
    let pairs = body.split(|it| *it == b'&');
    let (proofs, others): (Vec<&[u8]>, Vec<&[u8]>) =
        pairs.partition(|it| it.starts_with(PROOF.as_bytes()));
    if proofs == [expected.as_bytes()] {
        let body = others.join(&b'&');
        parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    }
    let address = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    shown(address, &others.join(&b'&'), token).into_response()
}

/// The form once more.
#[derive(Template)]
#[template(path = "pages/confirm.html")]
struct ConfirmPage {
    layout: Layout,
    address: String,
    fields: Vec<(String, String)>,
    proof_name: &'static str,
    proof: String,
}

fn shown(address: String, form: &[u8], token: &Token) -> Result<Response, AppError> {
    let page = page(&ConfirmPage {
        layout: Layout::bare("Is this from you?"),
        address,
        fields: fields(form),
        proof_name: PROOF,
        proof: token.proof(PROOF),
    })?;
    // What was typed may be a secret.
    let unkept = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::FORBIDDEN, unkept, page).into_response())
}

fn fields(form: &[u8]) -> Vec<(String, String)> {
    let decoded = |text: &[u8]| {
        let text = String::from_utf8_lossy(text).replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let pairs = form.split(|it| *it == b'&').filter(|it| !it.is_empty());
    let pair = |pair: &[u8]| {
        let mut parts = pair.splitn(2, |it| *it == b'=');
        let (name, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        (decoded(name), decoded(value))
    };
    pairs.map(pair).collect()
}

fn refused() -> Response {
    let sentence = "Your browser does not say from which site this comes. Use another one, or an API token from a program.";
    AppError::Forgeable(sentence.to_owned()).into_response()
}

/// The same that `CsrfLayer` takes for nothing said.
fn says_origin(headers: &HeaderMap) -> bool {
    let says = |name: &str| headers.get(name).is_some_and(|it| !it.is_empty());
    says("sec-fetch-site") || says("origin")
}

/// Whether a browser sends along by itself what lets it in. A program shows its token itself.
fn is_person(request: &Request) -> bool {
    let reader = request.extensions().get::<Reader>();
    reader.is_some_and(|it| matches!(it.who, Who::Person(..)))
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    // Some buttons of ours send nothing at all.
    kind.is_none_or(|it| it.split(';').next().is_some_and(|it| it.trim() == FORM))
}
