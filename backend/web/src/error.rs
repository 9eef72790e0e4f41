//! What a handler may answer instead of a page. The middleware dresses it: a page
//! for people, problem+json under `/api`, and nothing of our insides in either.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use names::NameError;
use store::{Role, StoreError};

use crate::visible::visible;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    /// Nothing lives at this address.
    #[error("nothing lives at this address")]
    NotFound,
    /// Whoever asks must sign in first.
    #[error("sign in first")]
    SignIn,
    /// Whoever asks may not; who has this role may.
    #[error("only for {}s", .0.slug())]
    Forbidden(Role),
    /// Nobody can tell whether whoever asks means it; the sentence says what to do.
    #[error("{0}")]
    Forgeable(String),
    /// Nobody is signed in by this; the sentence says why.
    #[error("{0}")]
    NotSignedIn(String),
    /// Too much was tried; after so many seconds it may be tried again.
    #[error("tried too often")]
    TooOften(u32),
    /// It tells of all repositories of an organization, and whoever asks sees only some.
    #[error("only for who sees everything")]
    SeesSome,
    /// The request cannot be understood; the sentence is shown.
    #[error("{0}")]
    BadRequest(String),
    /// What is wanted cannot be; the sentence says what to do.
    #[error("{0}")]
    Refused(String),
    /// The body is no JSON.
    #[error("the body is no JSON")]
    NotJson,
    /// A webhook delivery is not signed with our secret.
    #[error("the signature is not right")]
    Unsigned,
    /// More is asked at once than we keep up with.
    #[error("too much at once")]
    Busy,
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// A template failed.
    #[error("a page could not be rendered")]
    Render(#[from] askama::Error),
}

/// A name that does not parse is an address at which nothing lives.
impl From<NameError> for AppError {
    fn from(_: NameError) -> Self {
        Self::NotFound
    }
}

impl From<QueryRejection> for AppError {
    fn from(_: QueryRejection) -> Self {
        Self::BadRequest("a filter in this address cannot be read".to_owned())
    }
}

/// What the middleware needs to dress a refusal; travels in the response's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// What stands above it, where the status does not say it all.
    pub(crate) title: Option<&'static str>,
    /// A sentence for the reader, where there is one.
    pub(crate) sentence: Option<String>,
    /// What to log, where it is our fault.
    pub(crate) cause: Option<Arc<AppError>>,
}

impl Refusal {
    /// One that says what the status always says.
    const fn bare() -> Self {
        Self { title: None, sentence: None, cause: None }
    }

    fn saying(sentence: impl Into<String>) -> Self {
        Self { sentence: Some(sentence.into()), ..Self::bare() }
    }

    fn titled(self, title: &'static str) -> Self {
        Self { title: Some(title), ..self }
    }
}

impl AppError {
    fn refusal(self) -> (StatusCode, Refusal) {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, Refusal::bare()),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, Refusal::bare()),
            Self::Unsigned => {
                let refusal = Refusal::saying("Compare the secret here with the webhook's.");
                (StatusCode::UNAUTHORIZED, refusal.titled("The signature is not right"))
            }
            Self::SignIn => (StatusCode::UNAUTHORIZED, Refusal::bare()),
            Self::Forbidden(role) => {
                let role = role.slug();
                let sentence =
                    format!("This is for {role}s. Ask an operator of this Drydock for the role.");
                (StatusCode::FORBIDDEN, Refusal::saying(sentence).titled("You may not do this"))
            }
            Self::Forgeable(sentence) => (StatusCode::FORBIDDEN, Refusal::saying(sentence)),
            Self::NotSignedIn(sentence) => {
                (StatusCode::FORBIDDEN, Refusal::saying(sentence).titled("You are not signed in"))
            }
            Self::TooOften(_) => (StatusCode::TOO_MANY_REQUESTS, Refusal::bare()),
            Self::SeesSome => {
                let sentence = "This tells of all repositories, and GitHub lets you read only \
                                some of them.";
                (StatusCode::FORBIDDEN, Refusal::saying(sentence).titled("You may not see this"))
            }
            Self::BadRequest(sentence) => (StatusCode::BAD_REQUEST, Refusal::saying(sentence)),
            Self::Refused(sentence) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Refusal::saying(sentence))
            }
            Self::NotJson => {
                let sentence = "Send JSON, and say so: content-type: application/json.";
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, Refusal::saying(sentence))
            }
            Self::Store(_) | Self::Render(_) => {
                let refusal = Refusal { cause: Some(Arc::new(self)), ..Refusal::bare() };
                (StatusCode::INTERNAL_SERVER_ERROR, refusal)
            }
        }
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let again = if let Self::TooOften(seconds) = self { Some(seconds) } else { None };
        let (status, refusal) = self.refusal();
        let mut response = status.into_response();
        response.extensions_mut().insert(refusal);
        if let Some(seconds) = again {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// What a page handler returns.
pub(crate) type Page = Result<Html<String>, AppError>;

/// Renders a page.
pub(crate) fn page(template: &impl Template) -> Page {
    Ok(Html(visible(template.render()?)))
}

/// Renders a page with forms; its status says whether one was refused.
pub(crate) fn form_page(template: &impl Template, is_refused: bool) -> Result<Response, AppError> {
    let status = if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, page(template)?).into_response())
}
