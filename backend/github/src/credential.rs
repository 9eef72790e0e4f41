//! What a credential is good for: asked at set-up and once a day.

mod words;

use chrono::{DateTime, Utc};
use http::HeaderMap;
use names::OrgLogin;
use serde::Deserialize;

use crate::GithubError;
use crate::app::Installation;
use crate::client::Client;
use crate::queries::Heads;
use crate::token::Source;

const ANSWER_LIMIT: usize = 1_000_000;

/// What GitHub says about the token, and what it shows of an organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credential {
    /// Whose token it is; none for an installation's token, which is nobody's.
    pub login: Option<OrgLogin>,
    /// The scopes of a classic token. Fine-grained and installation tokens have none.
    pub scopes: Vec<String>,
    /// True if GitHub listed scopes at all: a classic token, even one without any.
    pub is_classic: bool,
    /// The installation that the token belongs to, if it belongs to one.
    pub installation: Option<Installation>,
    /// Whether single sign-on keeps something from it.
    pub single_sign_on: SingleSignOn,
    /// What is seen of the organization, if one was asked for.
    pub seen: Option<Seen>,
    /// REST requests in an hour; none where limits are off.
    pub rest: Option<Budget>,
    /// GraphQL points in an hour; none where limits are off.
    pub graphql: Option<Budget>,
    /// When the token expires; none if it does not, or GitHub does not say.
    pub expires_at: Option<DateTime<Utc>>,
    /// Where people make another token.
    pub(crate) tokens_page: String,
}

/// Whether an organization's single sign-on keeps something from the token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SingleSignOn {
    /// GitHub did not speak of it.
    #[default]
    Silent,
    /// So many organizations, which may be others than ours, are left out.
    Partial(usize),
    /// The organization asked for is closed to it.
    Required,
}

/// One of the two hourly budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Budget {
    /// What an hour has.
    pub limit: i64,
    /// What is left of this one.
    #[serde(rename = "remaining")]
    pub left: i64,
}

/// An organization's repositories: how many are seen, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Those that the token sees.
    pub repositories: u64,
    /// The public ones; none if GitHub does not say.
    pub public: Option<u64>,
    /// The private and internal ones; none if GitHub does not tell this token.
    pub private: Option<u64>,
}

#[derive(Deserialize)]
struct User {
    login: OrgLogin,
}

#[derive(Deserialize)]
struct Limits {
    resources: Resources,
}

#[derive(Deserialize)]
struct Resources {
    core: Option<Budget>,
    graphql: Option<Budget>,
}

#[derive(Deserialize)]
struct Counts {
    public_repos: Option<u64>,
    total_private_repos: Option<u64>,
}

impl Client {
    /// Asks GitHub whether it accepts the token and what the token may do.
    ///
    /// # Errors
    /// `NoToken` without one, `Unauthorized` if GitHub does not accept it.
    pub async fn credential(&self) -> Result<Credential, GithubError> {
        let mut credential = match self.shared.tokens.source() {
            Source::Nobody => return Err(GithubError::NoToken),
            Source::Installation { as_app, id, .. } => {
                let installation = as_app.app_json(&format!("/app/installations/{id}")).await;
                let installation = installation.map_err(|error| match error {
                    GithubError::NotFound => GithubError::NotInstalled,
                    other => other,
                })?;
                Credential { installation: Some(installation), ..Credential::default() }
            }
            Source::Given(_) | Source::App(_) => self.of_person().await?,
        };
        if credential.installation.as_ref().is_some_and(|it| it.suspended_at.is_some()) {
            return Ok(credential);
        }
        match self.get_json::<Limits>("/rate_limit", ANSWER_LIMIT).await {
            Ok((limits, headers)) => {
                credential.read_headers(&headers);
                credential.rest = limits.resources.core;
                credential.graphql = limits.resources.graphql;
            }
            // An enterprise server without limits has no such page.
            Err(GithubError::NotFound) => {}
            Err(error) => return Err(error),
        }
        let kind = if credential.is_classic { "tokens" } else { "personal-access-tokens" };
        credential.tokens_page = format!("{}/settings/{kind}", self.shared.endpoints.web());
        Ok(credential)
    }

    /// As [`Client::credential`], and what the token sees of one organization.
    ///
    /// # Errors
    /// As `credential`; `NotFound` if there is no such account. That the organization is
    /// closed to the token by single sign-on is no error but what was found out.
    pub async fn credential_for(&self, login: &OrgLogin) -> Result<Credential, GithubError> {
        let mut credential = self.credential().await?;
        if credential.installation.as_ref().is_some_and(|it| it.suspended_at.is_some()) {
            return Ok(credential);
        }
        let path = format!("/orgs/{login}");
        let counts = match self.get_json::<Counts>(&path, ANSWER_LIMIT).await {
            Ok((counts, headers)) => {
                credential.read_headers(&headers);
                Some(counts)
            }
            Err(GithubError::SingleSignOn) => {
                credential.single_sign_on = SingleSignOn::Required;
                return Ok(credential);
            }
            // A person's account, or an organization that shows itself only by GraphQL.
            Err(GithubError::NotFound | GithubError::Forbidden(_)) => None,
            Err(error) => return Err(error),
        };
        let listing = self.listing(login, None, Heads::Ids).await?;
        credential.seen = Some(Seen {
            repositories: u64::from(listing.total),
            public: counts.as_ref().and_then(|it| it.public_repos),
            private: counts.and_then(|it| it.total_private_repos),
        });
        Ok(credential)
    }

    async fn of_person(&self) -> Result<Credential, GithubError> {
        let mut credential = Credential::default();
        match self.get_json::<User>("/user", ANSWER_LIMIT).await {
            Ok((user, headers)) => {
                credential.login = Some(user.login);
                credential.read_headers(&headers);
            }
            // An installation's token that was given to us: refused here, good elsewhere.
            Err(GithubError::Forbidden(_) | GithubError::NotFound) => {}
            Err(error) => return Err(error),
        }
        Ok(credential)
    }
}

impl Credential {
    fn read_headers(&mut self, headers: &HeaderMap) {
        let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
        if let Some(scopes) = text("x-oauth-scopes") {
            self.is_classic = true;
            let scopes = scopes.split(',').map(str::trim).filter(|it| !it.is_empty());
            self.scopes = scopes.map(str::to_owned).collect();
        }
        if let Some(expires) = text("github-authentication-token-expiration") {
            self.expires_at = expiry(expires);
        }
        let partial = text("x-github-sso").and_then(|it| it.strip_prefix("partial-results;"));
        if let Some(organizations) = partial {
            self.single_sign_on = SingleSignOn::Partial(organizations.split(',').count());
        }
    }
}

/// GitHub writes `2026-12-31 23:59:59 UTC`, or with an offset.
fn expiry(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim().replace(" UTC", " +0000");
    DateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S %z").ok().map(|it| it.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_an_expiry_are_read() {
        for text in ["2026-12-31 23:59:59 UTC", "2027-01-01 01:59:59 +0200"] {
            assert_eq!(expiry(text).unwrap().to_rfc3339(), "2026-12-31T23:59:59+00:00");
        }
    }

    #[test]
    fn what_the_headers_say_is_kept() {
        let mut credential = Credential::default();
        let headers = [
            ("x-oauth-scopes", "read:org, gist"),
            ("x-github-sso", "partial-results; organizations=21955855,20582480"),
        ];
        let headers = headers.map(|(name, value)| {
            let name = http::header::HeaderName::from_static(name);
            (name, http::HeaderValue::from_static(value))
        });
        credential.read_headers(&HeaderMap::from_iter(headers));
        assert_eq!(credential.scopes, ["read:org", "gist"]);
        assert_eq!(credential.single_sign_on, SingleSignOn::Partial(2));
    }
}
