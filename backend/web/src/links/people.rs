//! The addresses of pages about people and what they did.

use store::{ApiTokenId, PersonId, SessionId};

/// Who somebody is, and what lets them in.
pub(crate) const ACCOUNT: &str = "/account";
/// Ends every session but this one.
pub(crate) const END_OTHER_SESSIONS: &str = "/account/sessions/end-others";
/// Ends every session.
pub(crate) const END_SESSIONS: &str = "/account/sessions/end-all";
/// Makes an API token.
pub(crate) const TOKENS: &str = "/account/tokens";
/// Changes a password.
pub(crate) const PASSWORD: &str = "/account/password";
/// Everybody.
pub(crate) const PEOPLE: &str = "/people";
/// Who did what.
pub(crate) const AUDIT: &str = "/audit";
/// The same as a file.
pub(crate) const AUDIT_CSV: &str = "/audit.csv";

/// Ends a session.
pub(crate) fn end_session(id: SessionId) -> String {
    format!("/account/sessions/{id}/end")
}

/// Revokes an API token.
pub(crate) fn revoke_token(id: ApiTokenId) -> String {
    format!("/account/tokens/{id}/revoke")
}

/// Does something to a person.
pub(crate) fn person(id: PersonId, what: &str) -> String {
    format!("/people/{id}/{what}")
}
