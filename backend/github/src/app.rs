//! A GitHub App: its id and private key, and where it is installed.
//!
//! The App signs a short-lived web token (docs: generating a JSON Web Token for a GitHub
//! App) and gets with it the tokens of its installations. One signature is all there is
//! to it, so `ring`, which the TLS library brings, does it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use names::OrgLogin;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::client::Client;
use crate::{Endpoints, GithubError};

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// GitHub's clock may be behind ours.
const BACKDATED: TimeDelta = TimeDelta::seconds(60);
/// GitHub takes ten minutes at most, by its own clock.
const LASTS: TimeDelta = TimeDelta::minutes(9);
const ANSWER_LIMIT: usize = 4_000_000;
const PAGE: usize = 100;

/// A GitHub App that we may act as.
#[derive(Clone)]
pub struct App {
    id: String,
    key: Arc<RsaKeyPair>,
    pub(crate) clock: Clock,
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("App").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One account's installation of the App.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Installation {
    /// GitHub's id of the installation.
    pub id: i64,
    /// Where it is installed.
    pub account: Account,
    /// Since when the account has it suspended.
    pub suspended_at: Option<DateTime<Utc>>,
    /// Whether it was granted all repositories or some.
    pub repository_selection: Selection,
    /// What it may do: `contents` → `read`, for example.
    #[serde(default)]
    pub permissions: BTreeMap<String, String>,
}

/// An account that installed the App.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// GitHub's id of the account.
    pub id: i64,
    /// Its login.
    pub login: OrgLogin,
    /// `Organization` or `User`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Which of an account's repositories an installation was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Selection {
    /// Every one, also those to come.
    All,
    /// Those that somebody chose.
    Selected,
}

/// An enterprise installs an App too, without an account that has repositories.
#[derive(Deserialize)]
#[serde(untagged)]
enum Listed {
    Here(Installation),
    Elsewhere(serde::de::IgnoredAny),
}

impl App {
    /// An App by its id or client id and its private key: PEM, as GitHub hands it out
    /// (PKCS#1), or PKCS#8.
    ///
    /// # Errors
    /// In one sentence, if the id or the key cannot be one.
    pub fn new(
        id: &str,
        private_key_pem: &SecretString,
        clock: Clock,
    ) -> Result<Self, GithubError> {
        let id = id.trim();
        if id.is_empty() || !id.bytes().all(|it| it.is_ascii_alphanumeric()) {
            return Err(GithubError::InvalidSetting(
                "the GitHub App's id is neither its App ID nor its client ID".to_owned(),
            ));
        }
        let key = key_pair(private_key_pem).map_err(|why| {
            GithubError::InvalidSetting(format!("the GitHub App's private key {why}"))
        })?;
        Ok(Self { id: id.to_owned(), key: Arc::new(key), clock })
    }

    /// The App's id or client id, as it was given.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Every account that has the App installed, suspended ones included.
    ///
    /// # Errors
    /// `AppRefused` if GitHub does not take the App for what it says it is.
    pub async fn installations(
        &self,
        endpoints: &Endpoints,
    ) -> Result<Vec<Installation>, GithubError> {
        let client = Client::as_app(endpoints.clone(), self.clone())?;
        let mut installations = Vec::new();
        for page in 1.. {
            let path = format!("/app/installations?per_page={PAGE}&page={page}");
            let listed: Result<Vec<Listed>, _> = client.app_json(&path).await;
            let listed = listed.map_err(|error| match error {
                // That is how an unknown App is answered.
                GithubError::NotFound => GithubError::AppRefused,
                other => other,
            })?;
            let is_last = listed.len() < PAGE;
            installations.extend(listed.into_iter().filter_map(|it| match it {
                Listed::Here(installation) => Some(installation),
                Listed::Elsewhere(_) => None,
            }));
            if is_last {
                break;
            }
        }
        Ok(installations)
    }

    /// What GitHub knows the App by until `now` + 9 minutes.
    ///
    /// # Errors
    /// The machine has no randomness to give.
    pub(crate) fn web_token(&self, now: DateTime<Utc>) -> Result<SecretString, GithubError> {
        let claims = json!({
            "iat": (now - BACKDATED).timestamp(),
            "exp": (now + LASTS).timestamp(),
            "iss": self.id,
        });
        let encoded = |text: String| URL_SAFE_NO_PAD.encode(text);
        let header = encoded(json!({ "alg": "RS256", "typ": "JWT" }).to_string());
        let signed = format!("{header}.{}", encoded(claims.to_string()));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| {
            GithubError::InvalidSetting("the GitHub App's key cannot sign here".to_owned())
        })?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
    }
}

impl Client {
    /// Gets what GitHub tells to the App itself.
    pub(crate) async fn app_json<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<T, GithubError> {
        let answer = self.get_json(path, ANSWER_LIMIT).await.map_err(|error| match error {
            GithubError::Unauthorized => GithubError::AppRefused,
            other => other,
        });
        answer.map(|(value, _)| value)
    }
}

fn key_pair(pem: &SecretString) -> Result<RsaKeyPair, String> {
    let key = PrivateKeyDer::from_pem_slice(pem.expose_secret().as_bytes())
        .map_err(|_| "is no private key in PEM: it begins with -----BEGIN RSA PRIVATE KEY-----")?;
    let pair = match &key {
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
        _ => return Err("is no RSA key".to_owned()),
    };
    pair.map_err(|error| format!("cannot be used ({error})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(pem: &str) -> Result<App, GithubError> {
        App::new("1234", &SecretString::from(pem.to_owned()), Arc::new(DateTime::default))
    }

    #[test]
    fn both_forms_of_a_key_are_read() {
        assert!(app(include_str!("../../github-fake/tests/app/key.pem")).is_ok());
        assert!(app(include_str!("../../github-fake/tests/app/pkcs8.pem")).is_ok());
    }

    #[test]
    fn what_is_no_key_is_told_in_one_sentence_that_does_not_show_it() {
        let certificate = "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n";
        let cut = "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n";
        for pem in ["", "ghp_secret", certificate, cut] {
            let error = app(pem).unwrap_err().to_string();
            assert!(error.starts_with("the GitHub App's private key "), "{error}");
            assert!(!error.contains("secret") && !error.contains("c2Vj"), "{error}");
        }
    }

    #[test]
    fn an_id_that_is_none_is_refused() {
        let key = include_str!("../../github-fake/tests/app/key.pem");
        for id in ["", " ", "my app", "https://github.com/apps/x"] {
            let key = SecretString::from(key.to_owned());
            assert!(App::new(id, &key, Arc::new(DateTime::default)).is_err(), "{id}");
        }
    }

    #[test]
    fn an_installation_without_an_account_of_ours_is_passed_over() {
        let json = r#"[{"id":1,"account":{"id":2,"slug":"corp","name":"Corp"},"repository_selection":"all"}]"#;
        let listed: Vec<Listed> = serde_json::from_str(json).unwrap();
        assert!(matches!(listed.as_slice(), [Listed::Elsewhere(_)]));
    }
}
