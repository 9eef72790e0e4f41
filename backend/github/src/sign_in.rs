//! Signing people in with GitHub: the web flow of a GitHub App or an OAuth app, with PKCE.
//!
//! A code is good once, so nothing here is asked twice. GitHub refuses with status 200 and
//! a word in the body (docs: troubleshooting OAuth app access token request errors).

mod readable;

use std::fmt;
use std::time::Duration;

use http::{Method, Request, header};
use http_body_util::{BodyExt as _, Limited};
use octocrab::Octocrab;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::octocrab;
use crate::error::{cleaned, innermost};
use crate::{Endpoints, GithubError};

pub use readable::{Person, Readable};

/// The person's browser waits meanwhile.
const TIME_LIMIT: Duration = Duration::from_secs(15);
const ANSWER_LIMIT: usize = 100_000;
/// What an OAuth app needs to know of private repositories; a GitHub App has permissions
/// instead and is not asked for scopes.
const SCOPES: &str = "read:org repo";

/// An app that people sign in to, and where its GitHub is.
#[derive(Clone)]
pub struct SignInApp {
    client_id: String,
    client_secret: SecretString,
    site: String,
    octocrab: Octocrab,
}

impl fmt::Debug for SignInApp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SignInApp").field("id", &self.client_id).finish_non_exhaustive()
    }
}

/// What the browser takes along to GitHub and brings back.
#[derive(Debug, Clone, Copy)]
pub struct Departure<'a> {
    /// Where it comes back to.
    pub redirect_uri: &'a str,
    /// What it brings back unchanged.
    pub state: &'a str,
    /// The S256 challenge of the verifier that stays here.
    pub challenge: &'a str,
}

/// A token to act as a person.
#[derive(Debug, Clone)]
pub struct UserToken {
    /// The token.
    pub token: SecretString,
    /// How long it lasts from now; none if it does not end by itself.
    pub lasts: Option<Duration>,
    /// What gets the next one, once; none if it does not end by itself.
    pub renewal: Option<SecretString>,
}

#[derive(Deserialize)]
struct Exchanged {
    access_token: Option<SecretString>,
    expires_in: Option<u64>,
    refresh_token: Option<SecretString>,
    error: Option<String>,
    error_description: Option<String>,
}

impl SignInApp {
    /// An app by its client id and secret. It must be made inside a tokio runtime.
    ///
    /// # Errors
    /// The machine has no certificates to trust.
    pub fn new(
        endpoints: &Endpoints,
        client_id: String,
        client_secret: SecretString,
    ) -> Result<Self, GithubError> {
        let octocrab = octocrab(endpoints, None)?;
        Ok(Self { client_id, client_secret, site: endpoints.web(), octocrab })
    }

    /// The page of GitHub that asks the person.
    #[must_use]
    pub fn page(&self, departure: &Departure<'_>) -> String {
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let page = format!(
            "{}/login/oauth/authorize?client_id={}&redirect_uri={}&state={}&code_challenge={}&code_challenge_method=S256",
            self.site,
            encoded(&self.client_id),
            encoded(departure.redirect_uri),
            encoded(departure.state),
            encoded(departure.challenge),
        );
        // The ids of GitHub Apps begin so, those of OAuth apps never.
        if self.client_id.starts_with("Iv") {
            return page;
        }
        format!("{page}&scope={}", encoded(SCOPES))
    }

    /// The token that a code is good for.
    ///
    /// # Errors
    /// `SignInOver` if the code is no longer good, `SignInRefused` if the app is not.
    pub async fn exchange(
        &self,
        code: &SecretString,
        verifier: &SecretString,
        redirect_uri: &str,
    ) -> Result<UserToken, GithubError> {
        self.token(json!({
            "code": code.expose_secret(),
            "code_verifier": verifier.expose_secret(),
            "redirect_uri": redirect_uri,
        }))
        .await
    }

    /// The next token of a person whose last one has ended or will soon.
    ///
    /// # Errors
    /// `SignInOver` if it was renewed already, or six months ago.
    pub async fn renew(&self, renewal: &SecretString) -> Result<UserToken, GithubError> {
        self.token(json!({
            "grant_type": "refresh_token",
            "refresh_token": renewal.expose_secret(),
        }))
        .await
    }

    async fn token(&self, mut said: Value) -> Result<UserToken, GithubError> {
        if let Some(said) = said.as_object_mut() {
            said.insert("client_id".to_owned(), json!(self.client_id));
            said.insert("client_secret".to_owned(), json!(self.client_secret.expose_secret()));
        }
        let asked = tokio::time::timeout(TIME_LIMIT, self.exchanged(&said)).await;
        asked.unwrap_or_else(|_| Err(unreachable("no answer in time")))?.read()
    }

    async fn exchanged(&self, said: &Value) -> Result<Exchanged, GithubError> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}/login/oauth/access_token", self.site))
            .header(header::ACCEPT, "application/json");
        let request = self.octocrab.build_request(request, Some(said));
        let request = request.map_err(|error| unreachable(&innermost(&error)))?;
        let answer = self.octocrab.execute(request).await;
        let (head, body) = answer.map_err(|error| unreachable(&innermost(&error)))?.into_parts();
        if head.status.is_server_error() {
            return Err(unreachable(head.status.as_str()));
        }
        let body = Limited::new(body, ANSWER_LIMIT).collect().await;
        let body = body.map_err(|_| unreachable("the answer was not whole"))?.to_bytes();
        // The reader's own words could quote a token.
        serde_json::from_slice(&body).map_err(|_| {
            let status = head.status.as_str();
            GithubError::Malformed(format!("no token in an answer of status {status}"))
        })
    }
}

impl Exchanged {
    fn read(self) -> Result<UserToken, GithubError> {
        if let Some(token) = self.access_token {
            let lasts = self.expires_in.map(Duration::from_secs);
            return Ok(UserToken { token, lasts, renewal: self.refresh_token });
        }
        let error = self.error.unwrap_or_default();
        if matches!(error.as_str(), "bad_verification_code" | "bad_refresh_token") {
            return Err(GithubError::SignInOver);
        }
        let said = self.error_description.unwrap_or(error);
        Err(GithubError::SignInRefused(cleaned(&said)))
    }
}

fn unreachable(why: &str) -> GithubError {
    GithubError::Unreachable(cleaned(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEPARTURE: Departure<'_> = Departure {
        redirect_uri: "https://drydock.example/sign-in/github/answer",
        state: "s&t",
        challenge: "c",
    };

    fn page(api: Option<&str>, client_id: &str) -> String {
        let endpoints = Endpoints::from_settings(api, None).unwrap();
        let secret = SecretString::from("hush");
        SignInApp::new(&endpoints, client_id.to_owned(), secret).unwrap().page(&DEPARTURE)
    }

    #[tokio::test]
    async fn people_are_asked_on_the_site_of_their_github() {
        assert_eq!(
            page(None, "Iv23li0"),
            "https://github.com/login/oauth/authorize?client_id=Iv23li0\
             &redirect_uri=https%3A%2F%2Fdrydock%2Eexample%2Fsign%2Din%2Fgithub%2Fanswer\
             &state=s%26t&code_challenge=c&code_challenge_method=S256"
        );
        let page = page(Some("https://git.example.com/api/v3"), "Iv1.0");
        assert!(page.starts_with("https://git.example.com/login/oauth/authorize?"), "{page}");
    }

    #[tokio::test]
    async fn only_an_oauth_app_asks_for_scopes() {
        assert!(page(None, "Ov23li0").ends_with("&scope=read%3Aorg%20repo"));
    }

    #[tokio::test]
    async fn a_secret_is_never_printed() {
        let endpoints = Endpoints::default();
        let app = SignInApp::new(&endpoints, "Iv1.0".to_owned(), SecretString::from("hush"));
        assert!(!format!("{app:?}").contains("hush"));
    }
}
