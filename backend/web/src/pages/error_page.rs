//! The page instead of a page: what happened, what to do, and for our own faults
//! the request's id and nothing else.

use askama::Template;
use axum::http::StatusCode;

use crate::error::Refusal;
use crate::layout::Layout;

/// A refusal as a page.
#[derive(Template)]
#[template(path = "pages/error.html")]
pub(crate) struct ErrorPage {
    layout: Layout,
    status: u16,
    title: &'static str,
    advice: String,
    /// Shown where it is our fault: what to look for in the log.
    request_id: Option<String>,
}

impl ErrorPage {
    /// The page of `status`; what `said` says replaces the general words.
    pub(crate) fn new(
        status: StatusCode,
        said: Option<&Refusal>,
        request_id: &str,
        layout: Layout,
    ) -> Self {
        let (title, advice) = words(status);
        let title = said.and_then(|it| it.title).unwrap_or(title);
        let sentence = said.and_then(|it| it.sentence.clone());
        let request_id = status.is_server_error().then(|| request_id.to_owned());
        Self {
            layout,
            status: status.as_u16(),
            title,
            advice: sentence.unwrap_or_else(|| advice.to_owned()),
            request_id,
        }
    }
}

/// What a status means, in words: a title and what to do.
pub(crate) fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::BAD_REQUEST => (
            "This address cannot be read",
            "Check it, above all what stands after the question mark.",
        ),
        StatusCode::UNAUTHORIZED => {
            ("Sign in first", "A program sends an API token: Authorization: Bearer drydock_…")
        }
        StatusCode::FORBIDDEN => {
            ("This request came from another site", "Open the page here and send the form again.")
        }
        StatusCode::NOT_FOUND => (
            "There is nothing here",
            "The repository may have been renamed, or the address has a slip of the pen.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("This address does not take that", "Go back and use the page's own buttons.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("That was too much", "Send less than one megabyte."),
        StatusCode::TOO_MANY_REQUESTS => {
            ("That was tried too often", "Wait for a quarter of an hour, then try again.")
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => (
            "This took too long",
            "Try again in a moment. If it stays like this, the database may be busy.",
        ),
        it if it.is_server_error() => (
            "Something went wrong on our side",
            "Try again. If it stays, the log has the details under this request id.",
        ),
        _ => ("This request was refused", "Go back and try it another way."),
    }
}
