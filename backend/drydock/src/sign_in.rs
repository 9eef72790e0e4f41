//! Signing in over another site: the port `web::sign_in::SignIn`, with GitHub and OpenID
//! Connect behind it, and what must be settled before Drydock serves anyone.

mod mode;
#[cfg(test)]
mod tests;
mod with_github;
mod with_oidc;

use std::sync::Arc;

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use github::Endpoints;
use names::OrgLogin;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use web::sign_in::{Answer, Answering, Flow, Method, Sight, SignIn, SignInError, SignedIn};

use crate::settings::sign_in::SignInSettings;
use with_github::WithGithub;
use with_oidc::WithOidc;

pub(crate) use mode::{Methods, Mode, allowed};

/// Where the time comes from.
pub(crate) type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

const GITHUB: &str = "github";
const OIDC: &str = "oidc";

/// The sites that people can sign in over.
pub(crate) struct Providers {
    methods: Vec<Method>,
    github: Option<WithGithub>,
    oidc: Option<WithOidc>,
}

impl Providers {
    /// The sites that the settings name. Nothing is asked of them before somebody signs in.
    ///
    /// # Errors
    /// This machine trusts no certificate authority.
    pub(crate) fn new(
        settings: &SignInSettings,
        endpoints: &Endpoints,
        clock: Clock,
    ) -> Result<Self> {
        let back = |method: &str| {
            let url = settings.public_url.as_deref().unwrap_or_default();
            format!("{url}{}", web::sign_in::answer_path(method))
        };
        let github = settings.github.as_ref();
        let github = github.map(|it| WithGithub::new(it, endpoints, back(GITHUB), clock.clone()));
        let oidc = settings.oidc.as_ref();
        let oidc = oidc.map(|it| WithOidc::new(it, back(OIDC), clock));
        let (github, oidc) = (github.transpose()?, oidc.transpose()?);
        let mut methods = Vec::new();
        if github.is_some() {
            methods.push(Method { slug: GITHUB, words: "Sign in with GitHub".to_owned() });
        }
        if let Some(oidc) = &oidc {
            let words = format!("Sign in with {}", oidc.name());
            methods.push(Method { slug: OIDC, words });
        }
        Ok(Self { methods, github, oidc })
    }

    async fn page(&self, method: &str, flow: &Flow) -> Result<String, SignInError> {
        match (method, &self.github, &self.oidc) {
            (GITHUB, Some(github), _) => Ok(github.page(flow)),
            (OIDC, _, Some(oidc)) => oidc.page(flow).await,
            _ => Err(SignInError::UnknownMethod),
        }
    }

    async fn person(
        &self,
        method: &str,
        answer: &Answer,
        flow: &Flow,
    ) -> Result<SignedIn, SignInError> {
        match (method, &self.github, &self.oidc) {
            (GITHUB, Some(github), _) => github.person(code_of(answer)?, flow).await,
            (OIDC, _, Some(oidc)) => {
                oidc.is_from_there(answer).await?;
                oidc.person(code_of(answer)?, flow).await
            }
            _ => Err(SignInError::UnknownMethod),
        }
    }

    /// Only GitHub's sign-ins have a token; without the setting nobody is let in by one.
    fn github(&self) -> Result<&WithGithub, SignInError> {
        self.github.as_ref().ok_or(SignInError::SignedOut)
    }
}

impl SignIn for Providers {
    fn methods(&self) -> &[Method] {
        &self.methods
    }

    fn begin<'a>(&'a self, method: &'a str, flow: &'a Flow) -> Answering<'a, String> {
        Box::pin(self.page(method, flow))
    }

    fn finish<'a>(
        &'a self,
        method: &'a str,
        answer: &'a Answer,
        flow: &'a Flow,
    ) -> Answering<'a, SignedIn> {
        Box::pin(self.person(method, answer, flow))
    }

    fn still_let_in<'a>(&'a self, token: &'a SecretString) -> Answering<'a, Option<SecretString>> {
        Box::pin(async { self.github()?.still_let_in(token).await })
    }

    fn sight<'a>(&'a self, token: &'a SecretString, of: &'a OrgLogin) -> Answering<'a, Sight> {
        Box::pin(async { self.github()?.sight(token, of).await })
    }
}

/// The code that the browser brought back, or why there is none.
fn code_of(answer: &Answer) -> Result<&SecretString, SignInError> {
    match (&answer.error, &answer.code) {
        (Some(error), _) if error == "access_denied" => Err(SignInError::Denied),
        (Some(error), _) => Err(failed(&format!("the provider answered: {error}"))),
        (None, Some(code)) => Ok(code),
        (None, None) => Err(failed("the browser came back without a code")),
    }
}

/// The S256 challenge of a verifier (RFC 7636).
fn challenge(verifier: &SecretString) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose_secret()))
}

/// The reason for the log: one short line, whatever it was made of.
fn failed(why: &str) -> SignInError {
    SignInError::Failed(one_line(why))
}

/// A text from outside as one short line.
fn one_line(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).take(200).collect()
}
