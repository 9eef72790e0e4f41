//! The client: its identity, its limits, and what it has spent.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::ledger::{Ledger, Spent};
use crate::pace::Paces;
use crate::queries::Selection;
use crate::sizes::{BatchSize, Sizes};
use crate::standing::Standings;
use crate::token::{Source, Tokens};
use crate::{App, Endpoints, GithubError};

/// GitHub allows 100 at once; a guest takes far fewer.
const AT_ONCE: usize = 8;

/// The only door to GitHub. Cheap to clone; clones share identity, limits and budget.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) ledger: Arc<Ledger>,
    /// How much of each budget this client may use up, in hundredths of the limit.
    pub(crate) share: u8,
}

/// What all clones of a client have in common.
pub(crate) struct Shared {
    pub(crate) tokens: Tokens,
    pub(crate) endpoints: Endpoints,
    pub(crate) has_token: bool,
    pub(crate) permits: Semaphore,
    pub(crate) standings: Standings,
    pub(crate) paces: Paces,
    /// Set once GitHub spoke of a limit: an enterprise server has none by default.
    pub(crate) has_limits: AtomicBool,
    pub(crate) sizes: Sizes,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let endpoints = &self.shared.endpoints;
        formatter.debug_struct("Client").field("endpoints", endpoints).finish_non_exhaustive()
    }
}

impl Client {
    /// A client for one identity. It must be made inside a tokio runtime.
    ///
    /// # Errors
    /// If the token cannot be one, or the machine has no certificates to trust.
    pub fn new(endpoints: Endpoints, token: Option<SecretString>) -> Result<Self, GithubError> {
        let token = token.map(|it| trimmed(&it)).transpose()?.flatten();
        let source = match &token {
            Some(token) => Source::Given(fingerprint(token)),
            None => Source::Nobody,
        };
        Self::with(endpoints, source, token)
    }

    /// A client for one installation of an App. Its tokens are got when they are needed.
    ///
    /// # Errors
    /// If the machine has no certificates to trust.
    pub fn for_installation(
        endpoints: Endpoints,
        app: App,
        installation: i64,
    ) -> Result<Self, GithubError> {
        let as_app = Self::as_app(endpoints.clone(), app.clone())?;
        let source = Source::Installation { app, as_app, id: installation };
        Self::with(endpoints, source, None)
    }

    /// A client for the App itself, which sees its installations and no repository.
    pub(crate) fn as_app(endpoints: Endpoints, app: App) -> Result<Self, GithubError> {
        Self::with(endpoints, Source::App(app), None)
    }

    fn with(
        endpoints: Endpoints,
        source: Source,
        token: Option<SecretString>,
    ) -> Result<Self, GithubError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(setting("the GitHub client needs a running tokio runtime"));
        }
        let has_token = !matches!(source, Source::Nobody);
        let shared = Shared {
            tokens: Tokens::new(endpoints.clone(), source, token)?,
            endpoints,
            has_token,
            permits: Semaphore::new(AT_ONCE),
            standings: Standings::default(),
            paces: Paces::default(),
            has_limits: AtomicBool::new(false),
            sizes: Sizes::default(),
        };
        Ok(Self { shared: Arc::new(shared), ledger: Arc::default(), share: 100 })
    }

    /// Who asks, by a name that is no secret and stays the same over a token's renewals:
    /// what a budget belongs to.
    #[must_use]
    pub fn identity(&self) -> String {
        match self.shared.tokens.source() {
            Source::Nobody => "guest".to_owned(),
            Source::Given(fingerprint) => format!("token:{fingerprint}"),
            Source::App(app) => format!("app:{}", app.id()),
            Source::Installation { id, .. } => format!("installation:{id}"),
        }
    }

    /// The same client with a ledger of its own, to count what one crawl spends.
    #[must_use]
    pub fn counted_apart(&self) -> Self {
        Self { ledger: Arc::default(), ..self.clone() }
    }

    /// The same client, which uses at most `share` hundredths of each hour's budget, and
    /// never more than it might before: once less than the rest is left, whoever used it,
    /// it is refused as by a rate limit until the budget comes back.
    #[must_use]
    pub fn within(&self, share: u8) -> Self {
        Self { share: self.share.min(share), ..self.clone() }
    }

    /// What this client has spent so far, and what GitHub said is left.
    #[must_use]
    pub fn spent(&self) -> Spent {
        self.ledger.spent()
    }

    pub(crate) fn batch_size(&self, selection: Selection) -> &BatchSize {
        let sizes = &self.shared.sizes;
        match selection {
            Selection::Blob => &sizes.blobs,
            Selection::Commit => &sizes.commits,
            Selection::Directory => &sizes.directories,
        }
    }
}

/// Requests that carry one token.
pub(crate) fn octocrab(
    endpoints: &Endpoints,
    token: Option<SecretString>,
) -> Result<Octocrab, GithubError> {
    let wrong = |_| setting("the API address is not one");
    let mut builder = Octocrab::builder()
        .add_retry_config(RetryConfig::None)
        .set_connect_timeout(Some(Duration::from_secs(10)))
        .set_read_timeout(Some(Duration::from_secs(30)))
        .base_uri(endpoints.api_origin())
        .map_err(wrong)?
        // octocrab sends the token to these two hosts and to no other, wherever it is
        // redirected to; nothing is ever uploaded.
        .upload_uri(endpoints.graphql_origin())
        .map_err(wrong)?;
    if let Some(token) = token {
        builder = builder.personal_token(token);
    }
    builder.build().map_err(|_| {
        setting("this machine trusts no certificate authority: install its CA certificates")
    })
}

/// The token without the newline that files end in; none if nothing is left.
fn trimmed(token: &SecretString) -> Result<Option<SecretString>, GithubError> {
    let text = token.expose_secret().trim();
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|it| it.is_ascii_graphic()) {
        return Err(setting("the token holds characters that no token has: copy it again"));
    }
    Ok(Some(SecretString::from(text.to_owned())))
}

/// Enough of a token's digest to tell it from others, and nothing to get it back from.
fn fingerprint(token: &SecretString) -> String {
    let sum = Sha256::digest(token.expose_secret());
    sum.iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn setting(sentence: &str) -> GithubError {
    GithubError::InvalidSetting(sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_that_cannot_be_one_is_refused_without_being_shown() {
        let token = SecretString::from("ghp_abc\ndef");
        let error = Client::new(Endpoints::default(), Some(token)).unwrap_err();
        assert!(!error.to_string().contains("ghp_"), "{error}");
    }

    #[test]
    fn outside_a_runtime_there_is_an_error_and_no_panic() {
        assert!(Client::new(Endpoints::default(), None).is_err());
    }

    #[tokio::test]
    async fn an_identity_is_known_without_its_token() {
        let of = |token: Option<&str>| {
            let token = token.map(|it| SecretString::from(it.to_owned()));
            Client::new(Endpoints::default(), token).unwrap().identity()
        };
        assert_eq!(of(None), "guest");
        // The published digest of `abc`.
        assert_eq!(of(Some("abc\n")), "token:ba7816bf8f01cfea");
    }
}
