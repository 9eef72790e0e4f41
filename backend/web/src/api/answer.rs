//! The shapes of answers about an organization: what is asked for, and how fresh it is.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor::{Cut, next_address};
use super::scope::Scope;
use crate::error::AppError;

/// What a handler returns.
pub(super) type Answer = Result<Response, AppError>;

/// When and from what the facts are.
#[derive(Serialize, ToSchema)]
pub(super) struct Facts {
    /// The organization, as GitHub writes it.
    #[schema(example = "acme")]
    organization: String,
    /// An invented organization: nothing here is real.
    is_sample: bool,
    /// When a crawl last ended well.
    crawled_at: Option<DateTime<Utc>>,
    /// Two scheduled crawls should have ended since.
    is_outdated: bool,
    /// Grows with every change of the organization's facts.
    revision: i64,
}

/// One thing.
#[derive(Serialize, ToSchema)]
pub(super) struct One<T> {
    facts: Facts,
    data: T,
}

/// A list, a page of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T> {
    facts: Facts,
    /// Rows on all pages together; null where they are not counted.
    total: Option<i64>,
    data: Vec<T>,
    /// The cursor of the next page; null on the last one.
    next_cursor: Option<String>,
}

impl Scope {
    fn facts(&self, revision: i64) -> Facts {
        Facts {
            organization: self.header.login.to_string(),
            is_sample: self.header.is_sample,
            crawled_at: self.header.crawled_at,
            is_outdated: self.is_outdated,
            revision,
        }
    }

    /// Answers with one thing, as it was at a revision.
    pub(super) fn one<T: Serialize>(&self, revision: i64, data: T) -> Response {
        let body = Json(One { facts: self.facts(revision), data });
        self.tag(revision).on(body.into_response())
    }

    /// Answers with one thing that changes with the time too.
    pub(super) fn one_by_content<T: Serialize>(&self, data: T) -> Response {
        let facts = self.facts(self.header.revision);
        self.request.answer_by_content(&One { facts, data })
    }

    /// Answers with a page of a list, as it was at a revision.
    pub(super) fn page<T: Serialize>(
        &self,
        revision: i64,
        total: Option<usize>,
        cut: Cut<T>,
    ) -> Response {
        let link = cut.next.as_deref().map(|it| next_address(&self.request.address, it));
        let body = Json(Page {
            facts: self.facts(revision),
            total: total.and_then(|it| i64::try_from(it).ok()),
            data: cut.rows,
            next_cursor: cut.next,
        });
        with_next(self.tag(revision).on(body.into_response()), link)
    }
}

/// `Link: <…>; rel="next"`.
pub(super) fn with_next(mut response: Response, address: Option<String>) -> Response {
    let value = address.map(|it| HeaderValue::from_str(&format!("<{it}>; rel=\"next\"")));
    if let Some(Ok(value)) = value {
        response.headers_mut().insert(header::LINK, value);
    }
    response
}
