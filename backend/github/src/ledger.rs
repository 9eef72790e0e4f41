//! What was spent and what is left, and the times at which nothing may be asked.
//!
//! GitHub keeps separate budgets for REST and for GraphQL; so does the ledger.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::GithubError;

/// One of GitHub's two budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    Rest,
    Graphql,
}

/// What a client has asked for, and what GitHub said is left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// REST requests sent, repeated ones included.
    pub rest_requests: i64,
    /// GraphQL requests sent, repeated ones included.
    pub graphql_requests: i64,
    /// GraphQL points: reckoned before sending, corrected by what GitHub answered.
    pub graphql_points: i64,
    /// REST requests left in this hour, as last heard; none where limits are off.
    pub rest_left: Option<i64>,
    /// GraphQL points left in this hour, as last heard; none where limits are off.
    pub graphql_left: Option<i64>,
    /// When the budget heard of last comes back.
    pub resets_at: Option<DateTime<Utc>>,
}

/// What one client spent.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Spent>);

impl Ledger {
    pub(crate) fn spent(&self) -> Spent {
        *self.lock()
    }

    /// Counts a request before it is sent.
    pub(crate) fn charge(&self, budget: Budget, points: i64) {
        let mut spent = self.lock();
        match budget {
            Budget::Rest => spent.rest_requests += 1,
            Budget::Graphql => {
                spent.graphql_requests += 1;
                spent.graphql_points += points;
            }
        }
    }

    /// Puts right what a query was thought to cost.
    pub(crate) fn correct_points(&self, difference: i64) {
        self.lock().graphql_points += difference;
    }

    pub(crate) fn heard(&self, budget: Budget, left: Option<i64>, resets: Option<DateTime<Utc>>) {
        let mut spent = self.lock();
        match budget {
            Budget::Rest => spent.rest_left = left.or(spent.rest_left),
            Budget::Graphql => spent.graphql_left = left.or(spent.graphql_left),
        }
        spent.resets_at = resets.or(spent.resets_at);
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Clone, Copy)]
struct Pause {
    over: Instant,
    until: Option<DateTime<Utc>>,
}

/// The pauses GitHub has asked for, one a budget. Whoever goes on regardless may be banned.
#[derive(Debug, Default)]
pub(crate) struct Pauses {
    rest: Mutex<Option<Pause>>,
    graphql: Mutex<Option<Pause>>,
}

impl Pauses {
    pub(crate) fn begin(&self, budget: Budget, wait: Duration, until: Option<DateTime<Utc>>) {
        *self.slot(budget) = Some(Pause { over: Instant::now() + wait, until });
    }

    /// Refuses while a pause lasts.
    pub(crate) fn check(&self, budget: Budget) -> Result<(), GithubError> {
        let Some(pause) = *self.slot(budget) else { return Ok(()) };
        let wait = pause.over.saturating_duration_since(Instant::now());
        if wait.is_zero() {
            return Ok(());
        }
        Err(GithubError::RateLimited { wait, until: pause.until })
    }

    fn slot(&self, budget: Budget) -> MutexGuard<'_, Option<Pause>> {
        let slot = match budget {
            Budget::Rest => &self.rest,
            Budget::Graphql => &self.graphql,
        };
        slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nothing_is_asked_while_a_pause_lasts() {
        let pauses = Pauses::default();
        pauses.begin(Budget::Rest, Duration::from_secs(5), None);
        assert!(pauses.check(Budget::Rest).is_err());
        assert!(pauses.check(Budget::Graphql).is_ok());
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert!(pauses.check(Budget::Rest).is_ok());
    }

    #[test]
    fn the_two_budgets_are_counted_apart() {
        let ledger = Ledger::default();
        ledger.charge(Budget::Rest, 0);
        ledger.charge(Budget::Graphql, 1);
        ledger.correct_points(2);
        ledger.heard(Budget::Graphql, Some(4_997), None);
        ledger.heard(Budget::Graphql, None, None);
        let spent = ledger.spent();
        assert_eq!((spent.rest_requests, spent.graphql_requests, spent.graphql_points), (1, 1, 3));
        assert_eq!((spent.rest_left, spent.graphql_left), (None, Some(4_997)));
    }
}
