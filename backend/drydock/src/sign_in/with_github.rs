//! Signing in with GitHub: who is let in, and what each person may see.

use std::collections::HashMap;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use github::{Client, Departure, Endpoints, GithubError, SignInApp, UserToken};
use names::OrgLogin;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use web::sign_in::{Flow, Sight, SignInError, SignedIn};

use super::{Clock, challenge, failed};
use crate::settings::sign_in::GithubSignIn;

/// A token is renewed so long before it ends.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// How long a renewal is remembered for requests that still carry the token before it.
const REMEMBERED: TimeDelta = TimeDelta::minutes(10);

/// GitHub as a way to sign in.
pub(super) struct WithGithub {
    app: SignInApp,
    endpoints: Endpoints,
    /// Whose members are let in; everyone if nobody is named.
    organizations: Vec<OrgLogin>,
    back: String,
    clock: Clock,
    renewed: Mutex<Renewed>,
}

/// What each renewal gave and when, by its digest: a renewal is good once, while several
/// requests of a person may want it at once.
type Renewed = HashMap<[u8; 32], (Kept, DateTime<Utc>)>;

/// A person's token as it is kept with the session.
#[derive(Clone, Deserialize)]
struct Kept {
    token: SecretString,
    ends_at: Option<DateTime<Utc>>,
    renewal: Option<SecretString>,
}

impl WithGithub {
    pub(super) fn new(
        settings: &GithubSignIn,
        endpoints: &Endpoints,
        back: String,
        clock: Clock,
    ) -> Result<Self> {
        let (id, secret) = (settings.client_id.clone(), settings.client_secret.clone());
        Ok(Self {
            app: SignInApp::new(endpoints, id, secret)?,
            endpoints: endpoints.clone(),
            organizations: settings.organizations.clone(),
            back,
            clock,
            renewed: Mutex::default(),
        })
    }

    pub(super) fn page(&self, flow: &Flow) -> String {
        let challenge = challenge(&flow.verifier);
        let departure =
            Departure { redirect_uri: &self.back, state: &flow.state, challenge: &challenge };
        self.app.page(&departure)
    }

    pub(super) async fn person(
        &self,
        code: &SecretString,
        flow: &Flow,
    ) -> Result<SignedIn, SignInError> {
        let token = self.app.exchange(code, &flow.verifier, &self.back).await.map_err(refused)?;
        let kept = Kept::of(token, (self.clock)());
        let client = self.client(&kept)?;
        let person = client.person().await.map_err(refused)?;
        self.let_in(&client).await?;
        let login = person.login.as_str();
        Ok(SignedIn {
            // Ids are those of one GitHub; another one has the same for other people.
            subject: format!("{} {}", self.endpoints.web(), person.id),
            name: person.name.unwrap_or_else(|| login.to_owned()),
            handles: vec![format!("github:{login}"), format!("github-id:{}", person.id)],
            token: Some(kept.written()),
        })
    }

    pub(super) async fn still_let_in(
        &self,
        token: &SecretString,
    ) -> Result<Option<SecretString>, SignInError> {
        let (kept, renewed) = self.good(token).await?;
        self.let_in(&self.client(&kept)?).await?;
        Ok(renewed)
    }

    pub(super) async fn sight(
        &self,
        token: &SecretString,
        of: &OrgLogin,
    ) -> Result<Sight, SignInError> {
        let (kept, renewed) = self.good(token).await?;
        let readable = self.client(&kept)?.readable(of).await.map_err(refused)?;
        let repositories = readable.repositories.into_iter().map(|it| it.0).collect();
        Ok(Sight { repositories, renewed })
    }

    async fn let_in(&self, client: &Client) -> Result<(), SignInError> {
        if self.organizations.is_empty() {
            return Ok(());
        }
        let mut is_closed = false;
        for organization in &self.organizations {
            match client.is_member(organization).await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(GithubError::SingleSignOn) => is_closed = true,
                Err(error) => return Err(refused(error)),
            }
        }
        if is_closed {
            return Err(SignInError::SingleSignOn);
        }
        let names: Vec<&str> = self.organizations.iter().map(OrgLogin::as_str).collect();
        let names = names.join(", ");
        Err(SignInError::NotLetIn(format!("only members of {names} on GitHub are let in")))
    }

    fn client(&self, kept: &Kept) -> Result<Client, SignInError> {
        Client::for_person(self.endpoints.clone(), kept.token.clone()).map_err(refused)
    }

    /// The token that was kept, or the next one, which is then to be kept in its place.
    async fn good(
        &self,
        token: &SecretString,
    ) -> Result<(Kept, Option<SecretString>), SignInError> {
        let kept = Kept::read(token)?;
        let now = (self.clock)();
        if kept.ends_at.is_none_or(|it| now < it - AHEAD) {
            return Ok((kept, None));
        }
        let renewal = kept.renewal.ok_or(SignInError::SignedOut)?;
        let digest = Sha256::digest(renewal.expose_secret()).into();
        // Held while GitHub answers: whoever comes meanwhile waits for the same token.
        let mut renewed = self.renewed.lock().await;
        renewed.retain(|_, (_, at)| now < *at + REMEMBERED);
        let next = match renewed.get(&digest) {
            Some((next, _)) => next.clone(),
            None => {
                let next = self.app.renew(&renewal).await;
                let next = next.map_err(|error| match error {
                    GithubError::SignInOver => SignInError::SignedOut,
                    other => refused(other),
                })?;
                let next = Kept::of(next, now);
                renewed.insert(digest, (next.clone(), now));
                next
            }
        };
        let written = next.written();
        Ok((next, Some(written)))
    }
}

impl Kept {
    fn of(token: UserToken, now: DateTime<Utc>) -> Self {
        let UserToken { token, lasts, renewal } = token;
        let ends_at = lasts.and_then(|it| TimeDelta::from_std(it).ok()).map(|it| now + it);
        Self { token, ends_at, renewal }
    }

    fn read(text: &SecretString) -> Result<Self, SignInError> {
        serde_json::from_str(text.expose_secret()).map_err(|_| SignInError::SignedOut)
    }

    fn written(&self) -> SecretString {
        let renewal = self.renewal.as_ref().map(|it| it.expose_secret());
        let token = self.token.expose_secret();
        let json = json!({ "token": token, "ends_at": self.ends_at, "renewal": renewal });
        SecretString::from(json.to_string())
    }
}

fn refused(error: GithubError) -> SignInError {
    match error {
        GithubError::SignInOver => SignInError::Over,
        GithubError::Unauthorized => SignInError::SignedOut,
        GithubError::SingleSignOn => SignInError::SingleSignOn,
        error if error.is_passing() => SignInError::Unreachable(error.to_string()),
        error => failed(&error.to_string()),
    }
}
