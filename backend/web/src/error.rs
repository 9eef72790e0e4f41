//! What a handler may answer instead of a page. The middleware dresses it: a page
//! for people, problem+json under `/api`, and nothing of our insides in either.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
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
    /// A sentence for the reader, where there is one.
    pub(crate) sentence: Option<String>,
    /// What to log, where it is our fault.
    pub(crate) cause: Option<Arc<AppError>>,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, refusal) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, Refusal { sentence: None, cause: None }),
            Self::Busy => {
                (StatusCode::SERVICE_UNAVAILABLE, Refusal { sentence: None, cause: None })
            }
            Self::Unsigned => (StatusCode::UNAUTHORIZED, Refusal { sentence: None, cause: None }),
            Self::SignIn => {
                let sentence = "Sign in first; a program sends an API token.".to_owned();
                (StatusCode::UNAUTHORIZED, Refusal { sentence: Some(sentence), cause: None })
            }
            Self::Forbidden(role) => {
                let sentence = format!(
                    "This is for {}s. Ask an operator of this Drydock for the role.",
                    role.slug()
                );
                (StatusCode::FORBIDDEN, Refusal { sentence: Some(sentence), cause: None })
            }
            Self::SeesSome => {
                let sentence = "This tells of all repositories, and GitHub lets you read only \
                                some of them.";
                let refusal = Refusal { sentence: Some(sentence.to_owned()), cause: None };
                (StatusCode::FORBIDDEN, refusal)
            }
            Self::BadRequest(sentence) => {
                (StatusCode::BAD_REQUEST, Refusal { sentence: Some(sentence), cause: None })
            }
            Self::Refused(sentence) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Refusal { sentence: Some(sentence), cause: None },
            ),
            Self::NotJson => {
                let sentence = "Send JSON, and say so: content-type: application/json.";
                let refusal = Refusal { sentence: Some(sentence.to_owned()), cause: None };
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, refusal)
            }
            Self::Store(_) | Self::Render(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                Refusal { sentence: None, cause: Some(Arc::new(self)) },
            ),
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(refusal);
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
