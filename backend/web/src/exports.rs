//! Files that people take away: the audit log tells of each, before it is sent.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use store::{AuditAction, AuditEntry};

use crate::app::Site;
use crate::error::AppError;
use crate::reader::Reader;

/// Marks an answer as such a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TakenAway;

/// Writes down that a file begins to be sent, to whom, and by which address. Without an entry
/// there is no file.
pub(crate) async fn note(State(site): State<Site>, request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().map(ToString::to_string);
    let reader = request.extensions().get::<Reader>().cloned();
    let is_got = request.method() == Method::GET;
    let response = next.run(request).await;
    if !is_got || response.extensions().get::<TakenAway>().is_none() {
        return response;
    }
    let Some(reader) = reader else { return AppError::SignIn.into_response() };
    let address = address.unwrap_or_default();
    let entry = AuditEntry::of(AuditAction::Exported, &address);
    match site.store.note_action(&reader.actor(), &entry, site.now()).await {
        Ok(()) => response,
        Err(error) => AppError::from(error).into_response(),
    }
}
