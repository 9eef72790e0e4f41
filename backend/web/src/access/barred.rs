//! Requests that go no further than the question who asks: why, and what is answered.

use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use store::StoreError;

use super::return_to::ReturnTo;
use crate::app::Site;
use crate::error::{AppError, Refusal};
use crate::layout::Layout;
use crate::links;
use crate::middleware::is_for_programs;
use crate::visible::visible;

/// After so many seconds a page asks again.
const AGAIN: HeaderValue = HeaderValue::from_static("3");

/// Why a request goes no further.
#[derive(Debug, Clone)]
pub(crate) enum Barred {
    /// It has a token in its address.
    TokenInAddress,
    /// Its token is none, has ended, or was revoked.
    BadToken,
    /// It names another host, while the site is open to this machine alone.
    OtherHost,
    /// A proxy passed it on, while the site is open to this machine alone.
    Forwarded,
    /// It names a person in a way that is not to be believed.
    NotBelieved,
    /// Its person is kept out.
    Disabled,
    /// It is a program's, and GitHub cannot be asked in its person's name before they come again.
    NoSession,
    /// Its session is worth nothing any more.
    SessionOver,
    /// GitHub is being asked what its person may see; why that takes long, if it is known.
    Asking(Option<String>),
    /// The database failed.
    Broken(Arc<AppError>),
}

impl From<StoreError> for Barred {
    fn from(error: StoreError) -> Self {
        Self::Broken(Arc::new(AppError::Store(error)))
    }
}

impl Barred {
    const fn status(&self) -> StatusCode {
        match self {
            Self::TokenInAddress => StatusCode::BAD_REQUEST,
            Self::BadToken | Self::SessionOver => StatusCode::UNAUTHORIZED,
            Self::OtherHost => StatusCode::MISDIRECTED_REQUEST,
            Self::Forwarded | Self::NotBelieved | Self::Disabled | Self::NoSession => {
                StatusCode::FORBIDDEN
            }
            Self::Asking(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(&self) -> Option<&'static str> {
        match self {
            Self::TokenInAddress => Some("A token does not belong into an address"),
            Self::BadToken => Some("This token is not good"),
            Self::SessionOver => Some("Sign in again"),
            Self::OtherHost | Self::Forwarded => Some("Open to this machine alone"),
            Self::NotBelieved | Self::Disabled | Self::NoSession => Some("You are not let in"),
            Self::Asking(_) => Some("Asking GitHub what you may see"),
            Self::Broken(_) => None,
        }
    }

    fn sentence(&self) -> Option<String> {
        let sentence = match self {
            Self::TokenInAddress => {
                "Addresses are kept in logs and histories, so a token in one is refused. Send it in the header Authorization: Bearer, and revoke it if it was a real one."
            }
            Self::BadToken => {
                "It is none of ours, has ended, or was revoked. Make another one on the account page, and send it in the header Authorization: Bearer."
            }
            Self::OtherHost => {
                "No way to sign in is set, so Drydock answers this machine alone, under names like localhost and 127.0.0.1."
            }
            Self::Forwarded => {
                "A proxy has passed this request on, but no way to sign in is set, so Drydock answers this machine alone. Set one first."
            }
            Self::NotBelieved => {
                "This request names a person by a header that is not believed. Whoever runs Drydock finds the reason in its log."
            }
            Self::Disabled => "Your account is disabled. Ask an operator of this Drydock.",
            Self::NoSession => {
                "GitHub says what this token's person may see, and must be asked in their name. They have to sign in here again."
            }
            Self::SessionOver => {
                "GitHub was asked in your name what you may see, and your sign-in there is over. Sign in again."
            }
            Self::Asking(Some(why)) => why,
            Self::Asking(None) => "GitHub takes its time to say which repositories you may read.",
            Self::Broken(_) => return None,
        };
        Some(sentence.to_owned())
    }
}

impl IntoResponse for Barred {
    fn into_response(self) -> Response {
        let cause = match &self {
            Self::Broken(cause) => Some(cause.clone()),
            _ => None,
        };
        let refusal = Refusal { title: self.title(), sentence: self.sentence(), cause };
        let mut response = self.status().into_response();
        response.extensions_mut().insert(refusal);
        if matches!(self, Self::Asking(_)) {
            response.headers_mut().insert(header::RETRY_AFTER, AGAIN);
        }
        response
    }
}

/// Answers a request that is barred; stands inside what dresses answers.
pub(crate) async fn bar(request: Request, next: Next) -> Response {
    let Some(barred) = request.extensions().get::<Barred>().cloned() else {
        return next.run(request).await;
    };
    let is_page = request.method().is_safe() && !is_for_programs(request.uri().path());
    match (&barred, is_page) {
        (Barred::Asking(_), true) => asking_page(barred),
        _ => barred.into_response(),
    }
}

/// The page that asks again by itself.
#[derive(Template)]
#[template(path = "pages/asking.html")]
struct AskingPage {
    layout: Layout,
    sentence: String,
}

fn asking_page(barred: Barred) -> Response {
    let (title, sentence) = (barred.title().unwrap_or_default(), barred.sentence());
    let sentence = sentence.unwrap_or_default();
    let shown = AskingPage { layout: Layout::bare(title), sentence };
    let mut response = barred.into_response();
    if let Ok(html) = shown.render() {
        let (parts, _) = response.into_parts();
        let body = Html(visible(html)).into_response();
        response = (parts.status, parts.headers, body).into_response();
    }
    response
}

/// Where a browser is sent that must sign in for a page; none where it is no browser, no
/// page, or nobody can sign in.
pub(crate) fn to_sign_in(site: &Site, asked: &Asked, status: StatusCode) -> Option<Response> {
    let is_wanted = status == StatusCode::UNAUTHORIZED && asked.is_page && !asked.shows_token;
    site.access.gate().filter(|_| is_wanted)?;
    let to = ReturnTo::of(&asked.address);
    Some(Redirect::to(&links::sign_in_for(to.as_str())).into_response())
}

/// What is remembered of a request until it is answered.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Path and query.
    address: String,
    /// A browser wants a page.
    is_page: bool,
    /// It is a program's.
    shows_token: bool,
}

impl Asked {
    pub(crate) fn of(request: &Request) -> Self {
        let address = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let is_page = matches!(*request.method(), Method::GET | Method::HEAD)
            && !is_for_programs(request.uri().path())
            && takes_page(request.headers());
        let shows_token = request.headers().contains_key(header::AUTHORIZATION);
        Self { address, is_page, shows_token }
    }
}

fn takes_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    accepted.is_some_and(|it| it.contains("text/html"))
}
