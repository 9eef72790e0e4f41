//! Asks GitHub, in a person's own name, whether they are still let in and what they may see.
//!
//! An answer holds for five minutes from when it was asked for. It is asked anew in the
//! background when it is two minutes old, so that whoever goes on working never waits.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{join_all, try_join};
use names::OrgLogin;
use store::{
    Actor, OrganizationId, OrganizationSight, Person, SessionId, SignInMethod, StoreError,
    UserToken,
};
use tokio::time::timeout;

use super::barred::Barred;
use super::questions::{Question, Running};
use super::{Gate, SightRule};
use crate::app::Site;
use crate::reader::Sight;
use crate::sign_in::SignInError;

/// How long an answer holds.
pub(super) const HOLDS: TimeDelta = TimeDelta::minutes(5);
/// An answer of this age is asked for anew.
const OLD: TimeDelta = TimeDelta::minutes(2);
/// A page waits no longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// A person, and the session of theirs that asks; none if a program does.
type Asker<'a> = (&'a Arc<Person>, Option<SessionId>);

/// What a person may see now.
pub(super) async fn sight(
    site: &Site,
    gate: &Arc<Gate>,
    asker: Asker<'_>,
    may_wait: bool,
) -> Result<Sight, Barred> {
    let asking = Asking { site, gate, asker, now: site.now() };
    match (gate.sight, asker.0.method) {
        (SightRule::Everyone, SignInMethod::Github) => {
            let is_in = asking.is_let_in(may_wait).await?;
            Ok(if is_in { Sight::Everything } else { Sight::Only(Arc::default()) })
        }
        (SightRule::Everyone, _) | (SightRule::Github, SignInMethod::Local) => {
            Ok(Sight::Everything)
        }
        (SightRule::Github, SignInMethod::Github) => {
            let (is_in, sight) =
                try_join(asking.is_let_in(may_wait), asking.sights(may_wait)).await?;
            Ok(if is_in { sight } else { Sight::Only(Arc::default()) })
        }
        // GitHub does not know them.
        (SightRule::Github, SignInMethod::Oidc | SignInMethod::Proxy) => {
            Ok(Sight::Only(Arc::default()))
        }
    }
}

struct Asking<'a> {
    site: &'a Site,
    gate: &'a Arc<Gate>,
    asker: Asker<'a>,
    now: DateTime<Utc>,
}

/// Something to ask.
#[derive(Debug, Clone)]
enum Wanted {
    LetIn,
    Sight(OrganizationId, OrgLogin),
}

impl Asking<'_> {
    /// Whether they are; nobody knows where nobody may wait.
    async fn is_let_in(&self, may_wait: bool) -> Result<bool, Barred> {
        let question = Question::let_in(self.asker.0.id);
        let age = || self.gate.questions.answered_at(question).map(|it| self.now - it);
        let holds = || age().is_some_and(|it| it < HOLDS);
        if age().is_none_or(|it| it >= OLD) {
            self.ask(&[Wanted::LetIn], may_wait && !holds()).await?;
        }
        if holds() || !may_wait {
            return Ok(holds());
        }
        self.wait(&[question]).await;
        if holds() { Ok(true) } else { Err(self.barred(&[question])) }
    }

    async fn sights(&self, may_wait: bool) -> Result<Sight, Barred> {
        let sights = self.site.store.sights(self.asker.0.id, self.now).await?;
        let missing = self.missing(&sights);
        let is_old =
            |it: &&OrganizationSight| it.asked_at.is_none_or(|asked_at| self.now - asked_at >= OLD);
        let wanted: Vec<Wanted> = sights
            .iter()
            .filter(is_old)
            .map(|it| Wanted::Sight(it.organization, it.login.clone()))
            .collect();
        if !wanted.is_empty() {
            self.ask(&wanted, may_wait && !missing.is_empty()).await?;
        }
        if missing.is_empty() || !may_wait {
            return self.visible(&sights).await;
        }
        self.wait(&missing).await;
        let sights = self.site.store.sights(self.asker.0.id, self.now).await?;
        let missing = self.missing(&sights);
        if missing.is_empty() { self.visible(&sights).await } else { Err(self.barred(&missing)) }
    }

    async fn visible(&self, sights: &[OrganizationSight]) -> Result<Sight, Barred> {
        let (store, of) = (&self.site.store, (self.asker.0.id, sights));
        let visible = self.gate.known_sights.visible(store, of, self.now).await?;
        Ok(Sight::Only(Arc::new(visible)))
    }

    fn missing(&self, sights: &[OrganizationSight]) -> Vec<Question> {
        let missing = sights.iter().filter(|it| it.asked_at.is_none());
        missing.map(|it| Question::sight(self.asker.0.id, it.organization)).collect()
    }

    /// Begins what is not being asked yet. Without a token nothing can be, which matters if an
    /// answer `is_needed`.
    async fn ask(&self, wanted: &[Wanted], is_needed: bool) -> Result<(), Barred> {
        let (person, _) = self.asker;
        let token = self.site.store.user_token(person.id, &self.gate.keys).await?;
        let Some(token) = token else {
            return if is_needed { Err(self.without_token().await?) } else { Ok(()) };
        };
        for wanted in wanted {
            let question = match wanted {
                Wanted::LetIn => Question::let_in(person.id),
                Wanted::Sight(organization, _) => Question::sight(person.id, *organization),
            };
            let Some(running) = self.gate.questions.begin(question, self.now) else { continue };
            let errand = Errand {
                site: self.site.clone(),
                gate: self.gate.clone(),
                person: person.clone(),
                token: token.clone(),
                now: self.now,
            };
            tokio::spawn(errand.run(wanted.clone(), running));
        }
        Ok(())
    }

    /// A session without a token to ask with is over; a program waits for its person to come.
    async fn without_token(&self) -> Result<Barred, Barred> {
        let (person, Some(session)) = self.asker else { return Ok(Barred::NoSession) };
        let store = &self.site.store;
        store.revoke_session(person, session, &nobody(), self.now).await?;
        Ok(Barred::SessionOver)
    }

    async fn wait(&self, questions: &[Question]) {
        let all = questions.iter().map(|it| self.gate.questions.wait(*it));
        let _ = timeout(PATIENCE, join_all(all)).await;
    }

    fn barred(&self, questions: &[Question]) -> Barred {
        Barred::Asking(questions.iter().find_map(|it| self.gate.questions.failure(*it)))
    }
}

/// A question on its way.
struct Errand {
    site: Site,
    gate: Arc<Gate>,
    person: Arc<Person>,
    token: UserToken,
    now: DateTime<Utc>,
}

impl Errand {
    async fn run(self, wanted: Wanted, running: Running) {
        let outcome = match &wanted {
            Wanted::LetIn => self.let_in().await,
            Wanted::Sight(organization, login) => self.sight(*organization, login).await,
        };
        let outcome = match outcome {
            Ok(()) => Ok(()),
            Err(Failure::Told(error)) => self.told(error).await,
            Err(Failure::Store(error)) => Err(lost(&error)),
        };
        running.end(outcome);
    }

    async fn let_in(&self) -> Result<(), Failure> {
        let renewed = self.gate.sign_in.still_let_in(&self.token.token).await?;
        Ok(self.keep(renewed).await?)
    }

    async fn sight(&self, of: OrganizationId, login: &OrgLogin) -> Result<(), Failure> {
        let answer = self.gate.sign_in.sight(&self.token.token, login).await;
        let repositories = match answer {
            Ok(sight) => {
                self.keep(sight.renewed).await?;
                sight.repositories
            }
            // Nothing may be seen before they have signed in to the organization.
            Err(SignInError::SingleSignOn) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        self.site.store.save_sight(self.person.id, of, &repositories, self.now).await?;
        Ok(())
    }

    async fn keep(&self, renewed: Option<secrecy::SecretString>) -> Result<(), StoreError> {
        let Some(renewed) = renewed else { return Ok(()) };
        self.site.store.renew_user_token(&self.token, &renewed, &self.gate.keys).await
    }

    /// Who is not let in any more has no session and no token any more.
    async fn told(&self, error: SignInError) -> Result<(), String> {
        match &error {
            SignInError::NotLetIn(_) | SignInError::SignedOut => {
                let (actor, now) = (nobody(), self.site.now());
                let store = &self.site.store;
                let ended = store.give_up_user_token(&self.person, &self.token, &actor, now);
                ended.await.map_err(|error| lost(&error))?;
            }
            SignInError::Failed(why) => {
                tracing::error!(why, "GitHub could not be asked what a person may see");
            }
            SignInError::Unreachable(why) => {
                tracing::warn!(why, "GitHub does not say what a person may see");
            }
            SignInError::UnknownMethod
            | SignInError::Denied
            | SignInError::Over
            | SignInError::SingleSignOn => {}
        }
        Err(sentence(&error))
    }
}

/// Who ends a session that GitHub does not let in any more.
fn nobody() -> Actor {
    Actor { person: None, name: "GitHub".to_owned(), address: String::new() }
}

/// The error as a sentence of its own.
pub(crate) fn sentence(error: &SignInError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn lost(error: &StoreError) -> String {
    let error: &dyn std::error::Error = error;
    tracing::error!(error, "What a person may see could not be written down");
    "The database does not answer.".to_owned()
}

/// Why there is no answer.
enum Failure {
    Told(SignInError),
    Store(StoreError),
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        Self::Told(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
