//! The first-run page's door to GitHub, and the clients that crawls use.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use github::Client;
use names::OrgLogin;
use secrecy::{ExposeSecret, SecretString};
use web::{Connect, Connected, Connecting};

use crate::settings::Settings;

/// Knows the token in use, and how to replace it.
pub(crate) struct Connection {
    settings: Settings,
    client: RwLock<Option<Client>>,
}

impl Connection {
    /// A connection with the token that the settings know, if they know one.
    ///
    /// # Errors
    /// The kept token cannot be read, or the addresses of GitHub are no addresses.
    pub(crate) fn new(settings: &Settings) -> anyhow::Result<Arc<Self>> {
        let client = match settings.token()? {
            Some(token) => Some(Client::new(settings.endpoints.clone(), Some(token))?),
            None => None,
        };
        Ok(Arc::new(Self { settings: settings.clone(), client: RwLock::new(client) }))
    }

    /// The client that crawls use; none while no credential is known.
    pub(crate) fn client(&self) -> Option<Client> {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        client.map(|it| it.within(self.settings.budget_share))
    }

    /// How the history before the first crawl is read.
    pub(crate) fn backfill(&self) -> crawl::Backfill {
        self.settings.backfill
    }

    /// How long a process may be silent before another one goes on with its work.
    pub(crate) fn lease(&self) -> Duration {
        self.settings.lease
    }

    /// An empty token means the one at hand; a new one is kept once GitHub took it.
    async fn check(
        &self,
        organization: OrgLogin,
        token: SecretString,
    ) -> Result<Connected, String> {
        let sentence = |error: github::GithubError| error.to_string();
        let at_hand = self.client().filter(|_| token.expose_secret().trim().is_empty());
        let client = match &at_hand {
            Some(client) => client.clone(),
            None => Client::new(self.settings.endpoints.clone(), Some(token.clone()))
                .map_err(sentence)?,
        };
        let credential = client.credential().await.map_err(sentence)?;
        let listing =
            client.listing(&organization, None, github::Heads::Ids).await.map_err(sentence)?;
        if at_hand.is_none() {
            self.settings.keep_token(token.expose_secret()).map_err(|it| format!("{it:#}"))?;
            *self.client.write().unwrap_or_else(PoisonError::into_inner) = Some(client);
        }
        Ok(Connected {
            login: listing.owner.login,
            account: credential.login.map(String::from),
            scopes: credential.scopes,
            repositories: listing.total,
            points_left: credential.graphql_left,
        })
    }
}

impl Connect for Connection {
    fn connect(&self, organization: OrgLogin, token: SecretString) -> Connecting<'_> {
        Box::pin(self.check(organization, token))
    }

    fn has_credential(&self) -> bool {
        self.client().is_some()
    }
}
