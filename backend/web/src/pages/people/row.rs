//! One person as a line of the list.

use chrono::{DateTime, Utc};
use store::read::people::PersonLine;
use store::{PersonId, Role};

use crate::format::{Moment, counted, shown};
use crate::links;
use crate::people::method_words;

/// A person, and where each thing is done to them.
pub(super) struct PersonRow {
    pub(super) name: String,
    pub(super) account: String,
    pub(super) method: &'static str,
    pub(super) is_you: bool,
    pub(super) role: &'static str,
    /// Each role, and whether they have it; empty where the settings give them theirs.
    pub(super) roles: Vec<(&'static str, bool)>,
    pub(super) seen: Option<Moment>,
    pub(super) sessions: i64,
    pub(super) tokens: i64,
    /// "2 sessions", "1 API token".
    pub(super) sessions_words: String,
    pub(super) tokens_words: String,
    /// Since when they are kept out.
    pub(super) kept_out: Option<Moment>,
    pub(super) audit_link: String,
    pub(super) id: PersonId,
}

impl PersonRow {
    pub(super) fn new(it: &PersonLine, you: Option<PersonId>, now: DateTime<Utc>) -> Self {
        let person = &it.person;
        let is_set = it.is_named && person.role == Role::Operator;
        let role = |role: &Role| (role.slug(), *role == person.role);
        Self {
            name: shown(&person.name),
            account: shown(&person.account()),
            method: method_words(person.method),
            is_you: you == Some(person.id),
            role: person.role.slug(),
            roles: if is_set { Vec::new() } else { Role::ALL.iter().map(role).collect() },
            seen: person.last_seen_at.map(|it| Moment::new(it, now)),
            sessions: it.sessions,
            tokens: it.tokens,
            sessions_words: counted(it.sessions, "session", "sessions"),
            tokens_words: counted(it.tokens, "API token", "API tokens"),
            kept_out: person.disabled_at.map(|it| Moment::new(it, now)),
            audit_link: links::with_query(links::AUDIT, &[("person", &person.id.to_string())]),
            id: person.id,
        }
    }

    /// Where something is done to the person.
    pub(super) fn action(&self, what: &str) -> String {
        links::person(self.id, what)
    }
}
