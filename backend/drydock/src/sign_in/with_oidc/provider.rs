//! The provider over HTTP: what it says about itself, its keys, and the exchange of a code.
//!
//! Its own words are remembered for an hour. Redirects are not followed, and all of it
//! happens over TLS, or on this machine.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, RequestBuilder, StatusCode, Url, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use web::sign_in::SignInError;

use super::id_token::Profile;
use crate::settings::sign_in::OidcSignIn;
use crate::sign_in::{Clock, failed, one_line};

/// The person's browser waits meanwhile.
const TIME_LIMIT: Duration = Duration::from_secs(10);
const ANSWER_LIMIT: usize = 512_000;
const REMEMBERED: TimeDelta = TimeDelta::hours(1);
/// Keys are asked for no more often, whatever tokens name.
const KEYS_PAUSE: TimeDelta = TimeDelta::minutes(1);

pub(super) struct Provider {
    settings: OidcSignIn,
    clock: Clock,
    client: Client,
    about: Mutex<Option<(Arc<About>, DateTime<Utc>)>>,
    keys: Mutex<Option<(Arc<JwkSet>, DateTime<Utc>)>>,
}

/// What is told apart from the id token, and of whom.
#[derive(Deserialize)]
struct Told {
    sub: String,
    #[serde(flatten)]
    profile: Profile,
}

/// What the provider says about itself (OpenID Connect Discovery).
#[derive(Debug, Deserialize)]
pub(super) struct About {
    issuer: String,
    pub(super) authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    userinfo_endpoint: Option<Url>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether the browser always brings back who sent it (RFC 9207).
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub(super) says_issuer: bool,
}

/// What a code was good for.
pub(super) struct Tokens {
    pub(super) id_token: String,
    access_token: Option<SecretString>,
}

#[derive(Deserialize)]
struct Exchanged {
    id_token: Option<String>,
    access_token: Option<SecretString>,
    error: Option<String>,
}

impl Provider {
    pub(super) fn new(settings: OidcSignIn, clock: Clock) -> Result<Self> {
        // reqwest asks for the process's own; octocrab brings its own.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(TIME_LIMIT)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("drydock/", env!("CARGO_PKG_VERSION")))
            .build()
            .context("this machine trusts no certificate authority: install its CA certificates")?;
        Ok(Self { settings, clock, client, about: Mutex::default(), keys: Mutex::default() })
    }

    /// What the provider says about itself.
    pub(super) async fn known(&self) -> Result<Arc<About>, SignInError> {
        let now = (self.clock)();
        let mut about = self.about.lock().await;
        if let Some((known, at)) = &*about
            && now < *at + REMEMBERED
        {
            return Ok(Arc::clone(known));
        }
        let base = self.settings.issuer.trim_end_matches('/');
        let address = format!("{base}/.well-known/openid-configuration");
        let (_, said) = self.json::<About>(self.client.get(address)).await?;
        said.check(&self.settings.issuer)?;
        let said = Arc::new(said);
        *about = Some((Arc::clone(&said), now));
        Ok(said)
    }

    /// The keys that it signs with.
    pub(super) async fn keys(&self) -> Result<Arc<JwkSet>, SignInError> {
        self.keys_since((self.clock)() - REMEMBERED).await
    }

    /// The keys again, because one is missing.
    pub(super) async fn newer_keys(&self) -> Result<Arc<JwkSet>, SignInError> {
        self.keys_since((self.clock)() - KEYS_PAUSE).await
    }

    async fn keys_since(&self, moment: DateTime<Utc>) -> Result<Arc<JwkSet>, SignInError> {
        let address = self.known().await?.jwks_uri.clone();
        let mut keys = self.keys.lock().await;
        if let Some((known, at)) = &*keys
            && *at > moment
        {
            return Ok(Arc::clone(known));
        }
        let (_, said) = self.json::<JwkSet>(self.client.get(address)).await?;
        let said = Arc::new(said);
        *keys = Some((Arc::clone(&said), (self.clock)()));
        Ok(said)
    }

    /// The tokens that a code is good for.
    pub(super) async fn exchange(
        &self,
        code: &SecretString,
        verifier: &SecretString,
        back: &str,
    ) -> Result<Tokens, SignInError> {
        let about = self.known().await?;
        let OidcSignIn { client_id, client_secret, .. } = &self.settings;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", back),
            ("code_verifier", verifier.expose_secret()),
        ];
        let mut request = self.client.post(about.token_endpoint.clone());
        if about.takes_basic() {
            // Both are form-encoded before they are joined (RFC 6749, 2.3.1).
            let secret = form_encoded(client_secret.expose_secret());
            request = request.basic_auth(form_encoded(client_id), Some(secret));
        } else {
            form.push(("client_id", client_id));
            form.push(("client_secret", client_secret.expose_secret()));
        }
        let (status, said) = self.json::<Exchanged>(request.form(&form)).await?;
        match (said.id_token, said.error) {
            (Some(id_token), None) if status.is_success() => {
                Ok(Tokens { id_token, access_token: said.access_token })
            }
            (_, Some(error)) if error == "invalid_grant" => Err(SignInError::Over),
            (_, Some(error)) => Err(failed(&format!("the provider refuses the code: {error}"))),
            _ => Err(failed("the provider gave no id token")),
        }
    }

    /// What the provider tells of a person where the id token leaves it out, as many do in
    /// this flow; none if it tells nothing.
    pub(super) async fn profile(
        &self,
        tokens: &Tokens,
        subject: &str,
    ) -> Result<Option<Profile>, SignInError> {
        let about = self.known().await?;
        let (Some(address), Some(token)) = (&about.userinfo_endpoint, &tokens.access_token) else {
            return Ok(None);
        };
        let request = self.client.get(address.clone()).bearer_auth(token.expose_secret());
        let (_, told) = self.json::<Told>(request).await?;
        if told.sub != subject {
            return Err(failed("the provider tells of another person"));
        }
        Ok(Some(told.profile))
    }

    async fn json<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<(StatusCode, T), SignInError> {
        let lost = |_| unreachable(&self.settings.issuer);
        let mut response = request.send().await.map_err(lost)?;
        let status = response.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(unreachable(&self.settings.issuer));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > ANSWER_LIMIT {
                return Err(failed("the provider\u{2019}s answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        // The reader's own words could quote a token.
        let said = serde_json::from_slice(&body);
        let status_word = status.as_str();
        let said = said.map_err(|_| {
            failed(&format!("the provider\u{2019}s answer of status {status_word} makes no sense"))
        })?;
        Ok((status, said))
    }
}

impl About {
    /// The issuer is exactly the one that was meant, and no address is in the clear.
    fn check(&self, issuer: &str) -> Result<(), SignInError> {
        if self.issuer != issuer {
            let itself = one_line(&self.issuer);
            return Err(failed(&format!(
                "the provider calls itself {itself}: set DRYDOCK_SIGN_IN_OIDC_ISSUER to exactly that, or to another provider"
            )));
        }
        let scheme = issuer.split(':').next().unwrap_or_default();
        let always = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        for url in always.into_iter().chain(&self.userinfo_endpoint) {
            if url.scheme() != "https" && url.scheme() != scheme {
                return Err(failed("the provider names an address that is not https"));
            }
        }
        Ok(())
    }

    /// What OpenID Connect Discovery takes for granted if nothing is said.
    fn takes_basic(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_ref();
        methods.is_none_or(|it| it.iter().any(|it| it == "client_secret_basic"))
    }
}

/// Providers that forget to decode get what is common as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn form_encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

fn unreachable(issuer: &str) -> SignInError {
    SignInError::Unreachable(format!(
        "{issuer} does not answer: try again later, or ask whoever runs Drydock"
    ))
}
