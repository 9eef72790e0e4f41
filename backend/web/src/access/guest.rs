//! Whoever asks, before it is known who that is.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::request::Parts;
use chrono::{DateTime, TimeDelta, Utc};
use store::{
    AuditAction, AuditEntry, Person, Recognized, Role, SessionId, SignInMethod, Store, Token,
    TokenScope,
};

use super::barred::Barred;
use super::cookie::Cookies;
use super::credentials::Credentials;
use super::{Gate, asking};
use crate::app::Site;
use crate::reader::{Reader, Sight, Who};

/// How old the last use of a proxy's person may be before it is written down again.
const BETWEEN_NOTES: TimeDelta = TimeDelta::minutes(15);

/// A request from somewhere.
pub(crate) struct Guest<'a> {
    pub(crate) site: &'a Site,
    pub(crate) gate: &'a Arc<Gate>,
    pub(crate) parts: &'a Parts,
    /// The other end of the connection.
    pub(crate) peer: IpAddr,
    /// Where they are, as far as declared proxies say.
    pub(crate) address: IpAddr,
}

impl<'a> Guest<'a> {
    pub(crate) fn new(
        (site, gate): (&'a Site, &'a Arc<Gate>),
        parts: &'a Parts,
        peer: IpAddr,
    ) -> Self {
        let address = gate.proxies.client(peer, &parts.headers);
        Self { site, gate, parts, peer, address }
    }

    /// Who asks. Where everybody may ask, nobody waits for GitHub.
    pub(crate) async fn reader(&self, is_for_all: bool) -> Result<Reader, Barred> {
        let address = self.address.to_string();
        let Some(who) = self.who().await? else { return Ok(Reader::nobody(&address)) };
        let sight = self.sight(&who, !is_for_all).await?;
        Ok(Reader { who, sight, address: address.into() })
    }

    /// A token goes before a proxy's word, and that before a browser's session.
    async fn who(&self) -> Result<Option<Who>, Barred> {
        let credentials = Credentials::of(&self.parts.headers, &self.parts.method);
        if let Credentials::Token(token) = &credentials {
            return self.program(token).await.map(Some);
        }
        let named = self.gate.proxies.person(self.peer, &self.parts.headers).map_err(|error| {
            tracing::warn!(%error, "A request names a person and is not believed");
            Barred::NotBelieved
        })?;
        match (named, credentials) {
            (Some(name), _) => self.proxied(&name).await.map(Some),
            (None, Credentials::Other) => Err(Barred::BadToken),
            (None, _) => self.signed_in().await,
        }
    }

    /// A token may do what its person may, and no more than it is made for.
    async fn program(&self, token: &Token) -> Result<Who, Barred> {
        let found = self.store().api_token(token, self.now()).await?;
        let found = found.filter(|it| self.gate.offers(it.person.method));
        let found = found.ok_or(Barred::BadToken)?;
        let role = match found.scope {
            TokenScope::Read => Role::Viewer.min(found.person.role),
            TokenScope::Write => found.person.role,
        };
        Ok(Who::Program(Arc::new(found.person), role))
    }

    /// The person whom a proxy names; nothing is written down while they were here just now.
    async fn proxied(&self, name: &str) -> Result<Who, Barred> {
        let known = self.store().person_of(SignInMethod::Proxy, name).await?;
        let handles = [format!("proxy:{name}")];
        let named_as = self.gate.operators.entry(&handles);
        let last = known.as_ref().and_then(|it| it.last_seen_at);
        let is_fresh = last.is_some_and(|it| self.now() - it < BETWEEN_NOTES);
        let is_same = |it: &Person| is_fresh && (named_as.is_none() || it.role == Role::Operator);
        let person = match known.filter(is_same) {
            Some(person) => person,
            None => self.recognized(name, named_as, last).await?,
        };
        match person.disabled_at {
            Some(_) => Err(Barred::Disabled),
            None => Ok(Who::Person(Arc::new(person), None)),
        }
    }

    async fn recognized(
        &self,
        name: &str,
        named_as: Option<&str>,
        last: Option<DateTime<Utc>>,
    ) -> Result<Person, Barred> {
        let address = self.address.to_string();
        let recognized = Recognized {
            method: SignInMethod::Proxy,
            subject: name,
            name,
            address: &address,
            first_role: self.gate.default_role,
            named_as,
        };
        let person = self.store().recognize_person(&recognized, self.now()).await?;
        // A proxy says so with every request; after a long while it is a new visit.
        let is_visit = last.is_none_or(|it| self.now() - it >= self.gate.rules.idle);
        if is_visit && person.disabled_at.is_none() {
            let account = person.account();
            let entry = AuditEntry::of(AuditAction::SignIn, &account);
            self.store().note_action(&person.acting_from(&address), &entry, self.now()).await?;
        }
        Ok(person)
    }

    async fn signed_in(&self) -> Result<Option<Who>, Barred> {
        let cookies = Cookies { is_secure: self.gate.is_secure() };
        let Some(token) = cookies.session(&self.parts.headers) else { return Ok(None) };
        let found = self.store().session(&token, self.gate.rules, self.now()).await?;
        let found = found.filter(|it| self.gate.offers(it.person.method));
        Ok(found.map(|it| Who::Person(Arc::new(it.person), Some(it.id))))
    }

    async fn sight(&self, who: &Who, may_wait: bool) -> Result<Sight, Barred> {
        let (person, session): (_, Option<SessionId>) = match who {
            Who::Machine => return Ok(Sight::Everything),
            Who::Nobody => return Ok(Sight::Only(Arc::default())),
            Who::Person(person, session) => (person, *session),
            Who::Program(person, ..) => (person, None),
        };
        asking::sight(self.site, self.gate, (person, session), may_wait).await
    }

    fn store(&self) -> &Store {
        &self.site.store
    }

    fn now(&self) -> DateTime<Utc> {
        self.site.now()
    }
}
