//! What was spent and what is left. GitHub keeps separate budgets for REST and for
//! GraphQL; so does the ledger.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

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

#[cfg(test)]
mod tests {
    use super::*;

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
