//! Which client an organization is reached with, and the first page's door to GitHub.
//!
//! A token kept for the organization comes first, then the GitHub App's installation
//! there, then the token for all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use github::Client;
use names::OrgLogin;
use secrecy::{ExposeSecret, SecretString};
use store::CredentialCheck;
use tokio::sync::Notify;
use tracing::{info, warn};
use web::{Connect, Connected, Connecting};

use crate::clock;
use crate::settings::Settings;

/// Knows the credentials in use, and how to replace one.
pub(crate) struct Connection {
    settings: Settings,
    /// Reached with the token for all.
    general: Option<Client>,
    known: Mutex<Known>,
    /// Somebody wanted an organization that no credential is known for.
    missing: Notify,
}

/// Clients by login in lower case.
#[derive(Default)]
struct Known {
    own: HashMap<String, Client>,
    installed: HashMap<String, Installed>,
}

#[derive(Clone)]
struct Installed {
    id: i64,
    login: OrgLogin,
    client: Client,
}

impl Connection {
    /// A connection with the credentials that the settings know. Tokens that an earlier
    /// version kept plain are sealed first.
    ///
    /// # Errors
    /// The kept token cannot be read, or the addresses of GitHub are no addresses.
    pub(crate) fn new(settings: &Settings) -> Result<Arc<Self>> {
        if let Err(error) = settings.seal_plain_tokens() {
            warn!("A GitHub token is still kept plain: {error:#}");
        }
        let general = match settings.token()? {
            Some(token) => Some(Client::new(settings.endpoints.clone(), Some(token))?),
            None => None,
        };
        Ok(Arc::new(Self {
            settings: settings.clone(),
            general,
            known: Mutex::default(),
            missing: Notify::new(),
        }))
    }

    /// The client that an organization is crawled with; none while no credential is known.
    pub(crate) fn client(&self, login: &OrgLogin) -> Option<Client> {
        let client = self.own(login).or_else(|| self.installed(login));
        if client.is_none() && self.settings.github_app.is_some() {
            self.missing.notify_one();
        }
        let client = client.or_else(|| self.general.clone());
        client.map(|it| it.within(self.settings.budget_share))
    }

    /// Whether there is a credential that an organization may turn out to be reached with.
    pub(crate) fn may_reach(&self, login: &OrgLogin) -> bool {
        self.settings.github_app.is_some() || self.client(login).is_some()
    }

    /// Whether any credential was configured or kept.
    pub(crate) fn has_any(&self) -> bool {
        self.settings.github_app.is_some() || self.general.is_some() || self.settings.keeps_tokens()
    }

    /// Where the catalogue is read and as whom, unless that is switched off.
    pub(crate) fn catalog_source(&self) -> Option<crawl::CatalogSource> {
        let repository = self.settings.catalog.repository()?.clone();
        let general = self.general.as_ref().map(|it| it.within(self.settings.budget_share));
        Some(crawl::CatalogSource { repository, general })
    }

    /// How the history before the first crawl is read.
    pub(crate) fn backfill(&self) -> crawl::Backfill {
        self.settings.backfill
    }

    /// How long a process may be silent before another one goes on with its work.
    pub(crate) fn lease(&self) -> Duration {
        self.settings.lease
    }

    /// Waits until an organization was wanted that no credential is known for.
    pub(crate) async fn missing(&self) {
        self.missing.notified().await;
    }

    /// Has the App's installations looked for before their hour: there is a new one.
    pub(crate) fn look_for_installations(&self) {
        if self.settings.github_app.is_some() {
            self.missing.notify_one();
        }
    }

    /// Asks GitHub where the App is installed, if there is one, and gives the accounts
    /// that it may read.
    ///
    /// # Errors
    /// GitHub does not answer, or does not accept the App.
    pub(crate) async fn find_installations(&self) -> Result<Vec<OrgLogin>> {
        let Some(app) = &self.settings.github_app else { return Ok(Vec::new()) };
        let endpoints = &self.settings.endpoints;
        let mut found = HashMap::new();
        for installation in app.installations(endpoints).await? {
            let login = installation.account.login;
            if installation.suspended_at.is_some() {
                warn!(organization = %login, "The GitHub App is suspended at {login}");
                continue;
            }
            let key = key(&login);
            let before = self.known().installed.get(&key).cloned();
            let client = match before.filter(|it| it.id == installation.id) {
                Some(before) => before.client,
                None => {
                    info!(organization = %login, "The GitHub App is installed at {login}");
                    Client::for_installation(endpoints.clone(), app.clone(), installation.id)?
                }
            };
            found.insert(key, Installed { id: installation.id, login, client });
        }
        let logins = found.values().map(|it| it.login.clone()).collect();
        self.known().installed = found;
        Ok(logins)
    }

    /// An empty token means what is at hand; a new one is kept once GitHub took it.
    async fn check(
        &self,
        organization: OrgLogin,
        token: SecretString,
    ) -> Result<Connected, String> {
        let sentence = |error: github::GithubError| error.to_string();
        let is_new = !token.expose_secret().trim().is_empty();
        let client = if is_new {
            Client::new(self.settings.endpoints.clone(), Some(token.clone())).map_err(sentence)?
        } else {
            self.at_hand(&organization).await?
        };
        let credential = client.credential_for(&organization).await.map_err(sentence)?;
        let login = client.organization(&organization).await.map_err(sentence)?.login;
        if is_new {
            self.settings.keep_token(&login, &token).map_err(|it| format!("{it:#}"))?;
            self.known().own.insert(key(&login), client);
        }
        Ok(Connected { login, check: described(&credential) })
    }

    async fn at_hand(&self, organization: &OrgLogin) -> Result<Client, String> {
        if self.installed(organization).is_none() {
            self.find_installations().await.map_err(|it| format!("{it:#}"))?;
        }
        self.client(organization).ok_or_else(|| match &self.settings.github_app {
            Some(_) => {
                format!("the GitHub App is not installed at {organization}: install it there, or give a token")
            }
            None => "give a token that may read the organization\u{2019}s repositories".to_owned(),
        })
    }

    /// The client of the token that was kept for an organization, by this process or another.
    fn own(&self, login: &OrgLogin) -> Option<Client> {
        if let Some(client) = self.known().own.get(&key(login)) {
            return Some(client.clone());
        }
        let token = self.settings.token_of(login).unwrap_or_else(|error| {
            warn!(organization = %login, "{error:#}");
            None
        })?;
        let client = Client::new(self.settings.endpoints.clone(), Some(token)).ok()?;
        // Organizations with the same token share its limits.
        let mut known = self.known();
        let same = known.own.values().find(|it| it.identity() == client.identity()).cloned();
        let client = same.unwrap_or(client);
        known.own.insert(key(login), client.clone());
        Some(client)
    }

    fn installed(&self, login: &OrgLogin) -> Option<Client> {
        self.known().installed.get(&key(login)).map(|it| it.client.clone())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connect for Connection {
    fn connect(&self, organization: OrgLogin, token: SecretString) -> Connecting<'_> {
        Box::pin(self.check(organization, token))
    }

    fn has_credential(&self) -> bool {
        self.general.is_some() || self.has_app()
    }

    fn has_app(&self) -> bool {
        self.settings.github_app.is_some()
    }
}

/// What was found out about a credential, as it is kept and shown.
pub(crate) fn described(credential: &github::Credential) -> CredentialCheck {
    let now = clock()();
    CredentialCheck {
        checked_at: now,
        sentences: credential.in_words(),
        warnings: credential.warnings(now),
        expires_at: credential.expires_at,
    }
}

/// GitHub takes a login in any case of letters.
fn key(login: &OrgLogin) -> String {
    login.as_str().to_lowercase()
}
