//! The token in use: where it comes from, and when the next one is due.
//!
//! A token lives inside an [`Octocrab`] of its own, which sends it to GitHub's two hosts
//! and to no other; a new token is a new one. Nothing is assumed of a token's form.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use octocrab::Octocrab;
use secrecy::SecretString;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::app::App;
use crate::client::{Client, octocrab};
use crate::{Endpoints, GithubError};

/// A new token is asked for so long before the old one ends.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// A clock that is wrong here must not make every request ask for a token.
const AT_LEAST: TimeDelta = TimeDelta::minutes(1);
/// How long one signature of the App is used; it lasts a minute longer.
const SIGNATURE: TimeDelta = TimeDelta::minutes(8);
const ANSWER_LIMIT: usize = 8_000_000;

/// Where tokens come from.
pub(crate) enum Source {
    /// There is none.
    Nobody,
    /// One was given, and is known by a part of its digest.
    Given(String),
    /// The App signs one itself.
    App(App),
    /// GitHub gives one to an installation of the App that this client acts as.
    Installation { app: App, as_app: Client, id: i64 },
}

/// The token in use, and its successor.
pub(crate) struct Tokens {
    source: Source,
    endpoints: Endpoints,
    current: Mutex<Current>,
}

struct Current {
    octocrab: Octocrab,
    number: u64,
    renew_at: Option<DateTime<Utc>>,
}

/// What one request is sent with.
pub(crate) struct Pass {
    pub(crate) octocrab: Octocrab,
    number: u64,
}

#[derive(Deserialize)]
struct Given {
    token: SecretString,
    expires_at: DateTime<Utc>,
}

impl Tokens {
    pub(crate) fn new(
        endpoints: Endpoints,
        source: Source,
        token: Option<SecretString>,
    ) -> Result<Self, GithubError> {
        let renew_at = match source {
            Source::Nobody | Source::Given(_) => None,
            Source::App(_) | Source::Installation { .. } => Some(DateTime::<Utc>::MIN_UTC),
        };
        let octocrab = octocrab(&endpoints, token)?;
        let current = Mutex::new(Current { octocrab, number: 0, renew_at });
        Ok(Self { source, endpoints, current })
    }

    pub(crate) const fn source(&self) -> &Source {
        &self.source
    }

    /// What to send a request with; a token that is about to end is renewed first.
    /// Whoever comes meanwhile waits for the same renewal.
    pub(crate) fn pass(&self) -> BoxFuture<'_, Result<Pass, GithubError>> {
        async {
            let mut current = self.current.lock().await;
            if self.is_due(&current) {
                self.renew(&mut current).await?;
            }
            Ok(current.pass())
        }
        .boxed()
    }

    /// Another pass in place of one that GitHub refused; none if there can be no other.
    pub(crate) fn instead_of(
        &self,
        refused: u64,
    ) -> BoxFuture<'_, Result<Option<Pass>, GithubError>> {
        async move {
            let Source::Installation { .. } = self.source else { return Ok(None) };
            let mut current = self.current.lock().await;
            // Otherwise somebody else was refused too, and has renewed it already.
            if current.number == refused {
                self.renew(&mut current).await?;
            }
            Ok(Some(current.pass()))
        }
        .boxed()
    }

    fn is_due(&self, current: &Current) -> bool {
        let clock = match &self.source {
            Source::Nobody | Source::Given(_) => return false,
            Source::App(app) | Source::Installation { app, .. } => &app.clock,
        };
        current.renew_at.is_some_and(|it| it <= clock())
    }

    async fn renew(&self, current: &mut Current) -> Result<(), GithubError> {
        let (token, renew_at) = match &self.source {
            Source::Nobody | Source::Given(_) => return Ok(()),
            Source::App(app) => {
                let now = (app.clock)();
                (app.web_token(now)?, now + SIGNATURE)
            }
            Source::Installation { app, as_app, id } => {
                let given = as_app.installation_token(*id).await?;
                let soonest = (app.clock)() + AT_LEAST;
                (given.token, (given.expires_at - AHEAD).max(soonest))
            }
        };
        current.octocrab = octocrab(&self.endpoints, Some(token))?;
        current.number += 1;
        current.renew_at = Some(renew_at);
        Ok(())
    }
}

impl Current {
    fn pass(&self) -> Pass {
        Pass { octocrab: self.octocrab.clone(), number: self.number }
    }
}

impl Pass {
    pub(crate) const fn number(&self) -> u64 {
        self.number
    }
}

impl Client {
    async fn installation_token(&self, id: i64) -> Result<Given, GithubError> {
        let path = format!("/app/installations/{id}/access_tokens");
        let given = self.post_json(&path, ANSWER_LIMIT).await;
        given.map_err(|error| match error {
            GithubError::Unauthorized => GithubError::AppRefused,
            GithubError::Forbidden(_) | GithubError::NotFound => GithubError::NotInstalled,
            other => other,
        })
    }
}
