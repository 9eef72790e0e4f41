//! Who asks: persons, Apps and installations, and what each is let to see.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::answer::Answer;
use crate::noted;
use crate::server::{Shared, lock};
use crate::world::{Owner, Repository, Snapshot, Visibility};

/// A token that the stand-in accepts.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The token's text.
    pub token: String,
    /// Whose token it is.
    pub login: String,
    /// A classic token's scopes; a fine-grained one has none to show.
    pub scopes: Option<Vec<String>>,
    /// Whether it opens private and internal repositories.
    pub sees_private: bool,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// Who it speaks for.
    pub kind: Kind,
    /// What it was granted, if not all that its owner sees.
    pub grant: Option<Grant>,
    /// The private repositories that it opens, by id, if not all there are.
    pub reads: Option<Vec<i64>>,
    /// Organizations whose single sign-on it is not authorized for.
    pub not_authorized_for: Vec<String>,
}

/// Who a token speaks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// A person.
    #[default]
    User,
    /// An App, by its own signature.
    App {
        /// The App ID.
        id: i64,
    },
    /// An installation of an App.
    Installation {
        /// The installation's id.
        id: i64,
    },
}

impl Kind {
    pub(crate) const fn app(self) -> Option<i64> {
        match self {
            Self::App { id } => Some(id),
            Self::User | Self::Installation { .. } => None,
        }
    }
}

/// What a fine-grained token or an installation was granted.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Of which account.
    pub owner: String,
    /// The names of the repositories; all without.
    pub repositories: Option<Vec<String>>,
    /// What it may do with them.
    pub permissions: BTreeMap<String, String>,
}

impl Grant {
    pub(crate) fn covers(&self, repository: &Repository) -> bool {
        let is = |name: &String| name.eq_ignore_ascii_case(repository.name.as_str());
        self.owner.eq_ignore_ascii_case(repository.owner.as_str())
            && self.repositories.as_ref().is_none_or(|it| it.iter().any(is))
    }
}

impl Credential {
    /// Whether it opens a repository. An installation sees what it was granted and
    /// nothing else; everyone else sees what is public, too.
    pub(crate) fn sees(&self, repository: &Snapshot<'_>) -> bool {
        let is_granted = self.grant.as_ref().is_none_or(|it| it.covers(repository.repository));
        let is_public = repository.repository.facts.visibility == Visibility::Public;
        match self.kind {
            Kind::App { .. } => false,
            Kind::Installation { .. } => is_granted,
            Kind::User => is_public || (is_granted && self.sees_private && self.reads(repository)),
        }
    }

    fn reads(&self, repository: &Snapshot<'_>) -> bool {
        self.reads.as_ref().is_none_or(|it| it.contains(&repository.repository.id.0))
    }

    /// Whether it may read commits, trees and blobs.
    pub(crate) fn reads_contents(&self) -> bool {
        let permissions = self.grant.as_ref().map(|it| &it.permissions);
        permissions.is_none_or(|it| it.contains_key("contents"))
    }

    /// Whether GitHub tells it how many private repositories an organization has.
    pub(crate) fn knows_private_counts(&self) -> bool {
        let scopes = self.scopes.as_deref();
        let reads = scopes.is_none_or(|it| it.iter().any(|it| it.ends_with(":org")));
        self.kind == Kind::User && self.sees_private && reads
    }

    pub(crate) fn lacks_single_sign_on(&self, login: &str) -> bool {
        self.not_authorized_for.iter().any(|it| it.eq_ignore_ascii_case(login))
    }
}

/// Who an `Authorization` header speaks for.
pub(crate) fn of(shared: &Shared, header: &str) -> Result<Credential, Answer> {
    let now = (shared.options.clock)();
    let token = token_of(header).unwrap_or_default();
    noted::secret(token);
    let known = shared.options.credentials.iter().find(|it| it.token == token);
    let valid = known.filter(|it| it.expires_at.is_none_or(|end| end > now));
    if let Some(credential) = valid {
        return Ok(credential.clone());
    }
    if let Some(credential) = signed_in(shared, token, now) {
        return Ok(credential);
    }
    let apps = lock(&shared.apps);
    if token.starts_with("eyJ") {
        return apps.signed_in(token, now);
    }
    apps.installed(token, now).ok_or_else(|| Answer::error(401, "Bad credentials"))
}

/// The person who signed in to an app and let it have this token.
fn signed_in(shared: &Shared, token: &str, now: DateTime<Utc>) -> Option<Credential> {
    let issued = lock(&shared.oauth).issued(token, now)?.clone();
    let world = lock(&shared.world);
    let login = world.owner_by_id(issued.person)?.login.to_string();
    let apps = lock(&shared.apps);
    let app = apps.apps.iter().find(|it| it.client_id == issued.client_id);
    let is_within = |it: &&Repository| app.is_none_or(|app| app.covers(it));
    let reads = world.read_by(&login).filter(is_within).map(|it| it.id.0).collect();
    Some(Credential {
        token: token.to_owned(),
        sees_private: issued.scopes.as_ref().is_none_or(|it| it.iter().any(|it| it == "repo")),
        login,
        scopes: issued.scopes,
        expires_at: issued.ends_at,
        reads: Some(reads),
        ..Credential::default()
    })
}

/// What a token is told that an organization's single sign-on does not know.
pub(crate) const SINGLE_SIGN_ON: &str = "Resource protected by organization SAML enforcement. \
    You must grant your Personal Access token access to this organization.";

/// The refusal of a token that is not authorized for an organization's single sign-on.
pub(crate) fn single_sign_on(owner: &Owner) -> Answer {
    let login = &owner.login;
    let url = format!("https://github.com/orgs/{login}/sso?authorization_request=STANDIN");
    Answer::error(403, SINGLE_SIGN_ON).with("x-github-sso", format!("required; url={url}"))
}

impl Default for Credential {
    fn default() -> Self {
        Self {
            token: "stand-in-token".to_owned(),
            login: "drydock-reader".to_owned(),
            scopes: Some(vec!["read:org".to_owned(), "repo".to_owned()]),
            sees_private: true,
            expires_at: None,
            kind: Kind::User,
            grant: None,
            reads: None,
            not_authorized_for: Vec::new(),
        }
    }
}

/// The token of an `Authorization` header in any form that GitHub takes.
fn token_of(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let known = ["bearer", "token"].iter().any(|it| scheme.eq_ignore_ascii_case(it));
    known.then_some(token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_in_both_forms() {
        assert_eq!(token_of("Bearer abc"), Some("abc"));
        assert_eq!(token_of("token abc"), Some("abc"));
        assert_eq!(token_of("Basic abc"), None);
    }
}
