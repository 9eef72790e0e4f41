//! One entry of the audit log in words.

use chrono::{DateTime, Utc};
use store::AuditAction;
use store::read::audit::AuditLine;

use super::address::Address;
use super::change::{Change, changes};
use super::{Logins, organization};
use crate::format::{Moment, shown};

/// An entry.
pub(super) struct Line {
    pub(super) at: Moment,
    pub(super) actor: String,
    /// What else that person did; none where nobody signed in.
    pub(super) actor_link: Option<String>,
    pub(super) action: &'static str,
    pub(super) subject: String,
    pub(super) organization: Option<String>,
    pub(super) changes: Vec<Change>,
    pub(super) address: String,
}

impl Line {
    pub(super) fn new(
        it: &AuditLine,
        address: &Address,
        logins: &Logins,
        now: DateTime<Utc>,
    ) -> Self {
        let of = |id: String| address.with(&[("person", &id), ("before", "")]);
        Self {
            at: Moment::new(it.at, now),
            actor: shown(&it.actor),
            actor_link: it.person.map(|it| of(it.to_string())),
            action: action_words(it.action),
            subject: shown(&it.subject),
            organization: organization(it, logins),
            changes: changes(it.before.as_ref(), it.after.as_ref()),
            address: shown(&it.address),
        }
    }
}

/// What somebody did.
pub(super) const fn action_words(action: AuditAction) -> &'static str {
    match action {
        AuditAction::SignIn => "signed in",
        AuditAction::SignInFailed => "was kept out at sign-in",
        AuditAction::SignOut => "signed out",
        AuditAction::SessionRevoked => "ended sessions",
        AuditAction::TokenMade => "made an API token",
        AuditAction::TokenRevoked => "revoked API tokens",
        AuditAction::PersonAdded => "added a person",
        AuditAction::RoleChanged => "changed a role",
        AuditAction::PasswordChanged => "changed a password",
        AuditAction::PersonDisabled => "keeps a person out",
        AuditAction::PersonEnabled => "let a person in again",
        AuditAction::PersonRemoved => "removed a person",
        AuditAction::SecretsRotated => "sealed the secrets anew",
        AuditAction::Decided => "decided about an item",
        AuditAction::SettingsChanged => "changed settings",
        AuditAction::CrawlAsked => "asked for a look",
        AuditAction::CredentialGiven => "gave a credential",
        AuditAction::Exported => "took a file away",
    }
}
