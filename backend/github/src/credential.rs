//! What a credential is good for, in words: asked once at set-up.

use chrono::{DateTime, Utc};
use http::HeaderMap;
use names::OrgLogin;
use serde::Deserialize;

use crate::GithubError;
use crate::client::Client;

const ANSWER_LIMIT: usize = 1_000_000;

/// What GitHub says about the token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credential {
    /// Whose token it is; none for an installation's token, which is nobody's.
    pub login: Option<OrgLogin>,
    /// The scopes of a classic token. Fine-grained and installation tokens have none.
    pub scopes: Vec<String>,
    /// True if GitHub listed scopes at all: a classic token, even one without any.
    pub is_classic: bool,
    /// REST requests left in this hour; none where limits are off.
    pub rest_left: Option<i64>,
    /// GraphQL points left in this hour; none where limits are off.
    pub graphql_left: Option<i64>,
    /// When the token expires; none if it does not, or GitHub does not say.
    pub expires_at: Option<DateTime<Utc>>,
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
    core: Option<Limit>,
    graphql: Option<Limit>,
}

#[derive(Deserialize)]
struct Limit {
    remaining: i64,
}

impl Client {
    /// Asks GitHub whether it accepts the token and what the token may do.
    ///
    /// # Errors
    /// `NoToken` without one, `Unauthorized` if GitHub does not accept it.
    pub async fn credential(&self) -> Result<Credential, GithubError> {
        if !self.shared.has_token {
            return Err(GithubError::NoToken);
        }
        let mut credential = Credential::default();
        match self.get_json::<User>("/user", ANSWER_LIMIT).await {
            Ok((user, headers)) => {
                credential.login = Some(user.login);
                credential.read_headers(&headers);
            }
            // Installation tokens are refused here and good elsewhere.
            Err(GithubError::Forbidden(_) | GithubError::NotFound) => {}
            Err(error) => return Err(error),
        }
        match self.get_json::<Limits>("/rate_limit", ANSWER_LIMIT).await {
            Ok((limits, headers)) => {
                credential.read_headers(&headers);
                credential.rest_left = limits.resources.core.map(|it| it.remaining);
                credential.graphql_left = limits.resources.graphql.map(|it| it.remaining);
            }
            // An enterprise server without limits has no such page.
            Err(GithubError::NotFound) => {}
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
    }

    /// What the token can and cannot do, one sentence each.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        let mut sentences = vec![match &self.login {
            Some(login) => format!("The token is {login}\u{2019}s."),
            None => "The token belongs to an installation of an app.".to_owned(),
        }];
        sentences.push(self.sight());
        if let (Some(rest), Some(graphql)) = (self.rest_left, self.graphql_left) {
            sentences.push(format!(
                "{rest} REST requests and {graphql} GraphQL points are left in this hour."
            ));
        }
        if let Some(expires) = self.expires_at {
            sentences.push(format!("It expires on {}.", expires.format("%Y-%m-%d")));
        }
        sentences
    }

    fn sight(&self) -> String {
        let has = |scope: &str| self.scopes.iter().any(|it| it == scope);
        let words = match (self.is_classic, has("repo")) {
            (false, _) => "It sees the repositories it was granted.",
            (true, true) => "It sees every repository its owner sees, private ones included.",
            (true, false) => {
                "It lacks the scope \u{201c}repo\u{201d}, so private repositories stay hidden."
            }
        };
        words.to_owned()
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
    fn a_classic_token_without_the_repo_scope_is_told_so() {
        let mut credential = Credential::default();
        let header = http::HeaderValue::from_static("read:org, gist");
        let name = http::header::HeaderName::from_static("x-oauth-scopes");
        credential.read_headers(&HeaderMap::from_iter([(name, header)]));
        assert_eq!(credential.scopes, ["read:org", "gist"]);
        assert!(
            credential.in_words().iter().any(|it| it.contains("private repositories stay hidden"))
        );
    }

    #[test]
    fn both_forms_of_an_expiry_are_read() {
        for text in ["2026-12-31 23:59:59 UTC", "2027-01-01 01:59:59 +0200"] {
            assert_eq!(expiry(text).unwrap().to_rfc3339(), "2026-12-31T23:59:59+00:00");
        }
    }
}
