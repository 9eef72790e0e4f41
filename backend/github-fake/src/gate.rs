//! How much whoever asks may still ask.

use std::collections::HashMap;

use chrono::{DateTime, Duration, SubsecRound, Utc};

use crate::answer::Answer;
use crate::credential::Credential;
use crate::server::Options;

/// The two budgets that GitHub keeps apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Resource {
    /// REST requests.
    Core,
    /// GraphQL points.
    Graphql,
}

impl Resource {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Graphql => "graphql",
        }
    }
}

/// What was used of one budget within the running hour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) limit: u64,
    pub(crate) used: u64,
    pub(crate) resets_at: DateTime<Utc>,
}

impl Budget {
    pub(crate) fn new(limit: u64, now: DateTime<Utc>) -> Self {
        Self { limit, used: 0, resets_at: now.trunc_subsecs(0) + Duration::hours(1) }
    }

    /// Begins a new hour if the last one is over.
    pub(crate) fn refresh(&mut self, now: DateTime<Utc>) {
        if now >= self.resets_at {
            *self = Self::new(self.limit, now);
        }
    }

    pub(crate) fn remaining(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    /// Uses it up until so many seconds from now, and to the end of that second: GitHub
    /// tells the time of reset in whole seconds.
    pub(crate) fn exhaust(&mut self, now: DateTime<Utc>, seconds: u32) {
        self.used = self.limit;
        let whole = now.trunc_subsecs(0);
        let rounded_up = i64::from(whole < now);
        self.resets_at = whole + Duration::seconds(i64::from(seconds) + rounded_up);
    }
}

/// The budgets of each login, which all its tokens share, and that of everyone without
/// a token.
#[derive(Debug)]
pub(crate) struct Budgets {
    anonymous: Budget,
    full: [(Resource, u64); 2],
    own: HashMap<(String, Resource), Budget>,
}

impl Budgets {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            anonymous: Budget::new(options.anonymous_limit, (options.clock)()),
            full: [
                (Resource::Core, options.rest_limit),
                (Resource::Graphql, options.graphql_limit),
            ],
            own: HashMap::new(),
        }
    }

    /// The budget of a login, full again if its last hour is over.
    pub(crate) fn of(
        &mut self,
        resource: Resource,
        login: Option<&str>,
        now: DateTime<Utc>,
    ) -> &mut Budget {
        let limit = self.full.iter().find(|(it, _)| *it == resource).map_or(0, |(_, it)| *it);
        let budget = match login {
            None if resource == Resource::Core => &mut self.anonymous,
            _ => {
                let whose = (login.unwrap_or_default().to_owned(), resource);
                self.own.entry(whose).or_insert_with(|| Budget::new(limit, now))
            }
        };
        budget.refresh(now);
        budget
    }
}

/// Adds what GitHub says about the budget to an answer.
pub(crate) fn with_budget(answer: Answer, budget: &Budget, resource: Resource) -> Answer {
    answer
        .with("x-ratelimit-limit", budget.limit.to_string())
        .with("x-ratelimit-remaining", budget.remaining().to_string())
        .with("x-ratelimit-used", budget.used.to_string())
        .with("x-ratelimit-reset", budget.resets_at.timestamp().to_string())
        .with("x-ratelimit-resource", resource.word())
}

/// Adds what GitHub says about the token to an answer.
pub(crate) fn with_token(mut answer: Answer, credential: &Credential) -> Answer {
    if let Some(scopes) = &credential.scopes {
        answer = answer.with("x-oauth-scopes", scopes.join(", "));
    }
    if let Some(expires_at) = credential.expires_at {
        let text = expires_at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
        answer = answer.with("github-authentication-token-expiration", text);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_full_again_after_its_hour() {
        let start: DateTime<Utc> = "2026-11-23T12:00:00Z".parse().unwrap();
        let mut budget = Budget::new(10, start);
        budget.used = 10;
        budget.refresh(start + Duration::minutes(59));
        assert_eq!(budget.remaining(), 0);
        budget.refresh(start + Duration::minutes(60));
        assert_eq!(budget.remaining(), 10);
    }
}
