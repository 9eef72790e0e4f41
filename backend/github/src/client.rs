//! The client: its identity, its limits, and what it has spent.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::ledger::{Ledger, Pauses, Spent};
use crate::pace::Paces;
use crate::queries::Selection;
use crate::{Endpoints, GithubError};

/// GitHub allows 100 at once; a guest takes far fewer.
const AT_ONCE: usize = 8;
/// Aliases in a query, and repositories on a page of the listing.
const LARGEST_BATCH: usize = 100;

/// The only door to GitHub. Cheap to clone; clones share identity, limits and budget.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) ledger: Arc<Ledger>,
}

/// What all clones of a client have in common.
pub(crate) struct Shared {
    pub(crate) octocrab: Octocrab,
    pub(crate) endpoints: Endpoints,
    pub(crate) has_token: bool,
    pub(crate) permits: Semaphore,
    pub(crate) pauses: Pauses,
    pub(crate) paces: Paces,
    /// Set once GitHub spoke of a limit: an enterprise server has none by default.
    pub(crate) has_limits: AtomicBool,
    pub(crate) listing_size: BatchSize,
    pub(crate) blob_size: BatchSize,
    pub(crate) commit_size: BatchSize,
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
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(setting("the GitHub client needs a running tokio runtime"));
        }
        let token = token.map(|it| trimmed(&it)).transpose()?.flatten();
        let has_token = token.is_some();
        if has_token && sends_in_the_clear(&endpoints) {
            tracing::warn!("The token is sent unencrypted: use an https:// API address");
        }
        let shared = Shared {
            octocrab: octocrab(&endpoints, token)?,
            endpoints,
            has_token,
            permits: Semaphore::new(AT_ONCE),
            pauses: Pauses::default(),
            paces: Paces::default(),
            has_limits: AtomicBool::new(false),
            listing_size: BatchSize::new(LARGEST_BATCH),
            blob_size: BatchSize::new(LARGEST_BATCH),
            commit_size: BatchSize::new(LARGEST_BATCH),
        };
        Ok(Self { shared: Arc::new(shared), ledger: Arc::default() })
    }

    /// The same client with a ledger of its own, to count what one crawl spends.
    #[must_use]
    pub fn counted_apart(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), ledger: Arc::default() }
    }

    /// What this client has spent so far, and what GitHub said is left.
    #[must_use]
    pub fn spent(&self) -> Spent {
        self.ledger.spent()
    }

    pub(crate) fn batch_size(&self, selection: Selection) -> &BatchSize {
        match selection {
            Selection::Blob => &self.shared.blob_size,
            Selection::Commit => &self.shared.commit_size,
        }
    }
}

fn octocrab(endpoints: &Endpoints, token: Option<SecretString>) -> Result<Octocrab, GithubError> {
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

fn sends_in_the_clear(endpoints: &Endpoints) -> bool {
    [&endpoints.api, &endpoints.graphql].into_iter().any(|address| {
        let Ok(uri) = address.parse::<http::Uri>() else { return false };
        let host = uri.host().filter(|_| uri.scheme_str() == Some("http"));
        let Some(host) = host else { return false };
        let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host != "localhost" && !ip.is_ok_and(|it| it.is_loopback())
    })
}

fn setting(sentence: &str) -> GithubError {
    GithubError::InvalidSetting(sentence.to_owned())
}

/// How much one query of a kind may ask for: halved when GitHub found it too much,
/// and doubled again after a row of successes.
#[derive(Debug)]
pub(crate) struct BatchSize {
    largest: usize,
    size: AtomicUsize,
    successes: AtomicUsize,
}

impl BatchSize {
    const SUCCESSES_TO_GROW: usize = 20;

    const fn new(largest: usize) -> Self {
        Self { largest, size: AtomicUsize::new(largest), successes: AtomicUsize::new(0) }
    }

    pub(crate) fn get(&self) -> usize {
        self.size.load(Ordering::Relaxed)
    }

    /// After a query of `size` was too much.
    pub(crate) fn shrink(&self, size: usize) {
        self.size.fetch_min((size / 2).max(1), Ordering::Relaxed);
        self.successes.store(0, Ordering::Relaxed);
    }

    /// After a query went well.
    pub(crate) fn succeed(&self) {
        let successes = self.successes.fetch_add(1, Ordering::Relaxed) + 1;
        if successes >= Self::SUCCESSES_TO_GROW && self.get() < self.largest {
            self.size.store((self.get() * 2).min(self.largest), Ordering::Relaxed);
            self.successes.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_shrinks_at_once_and_grows_slowly() {
        let size = BatchSize::new(100);
        size.shrink(100);
        size.shrink(100);
        assert_eq!(size.get(), 50);
        (0..19).for_each(|_| size.succeed());
        assert_eq!(size.get(), 50);
        size.succeed();
        assert_eq!(size.get(), 100);
        size.shrink(1);
        assert_eq!(size.get(), 1);
    }

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

    #[test]
    fn only_plain_http_to_another_machine_is_in_the_clear() {
        let clear = |api| sends_in_the_clear(&Endpoints::from_settings(Some(api), None).unwrap());
        assert!(clear("http://git.example.com/api/v3"));
        for api in ["https://git.example.com/api/v3", "http://127.0.0.1:80", "http://[::1]:80"] {
            assert!(!clear(api), "{api}");
        }
    }
}
