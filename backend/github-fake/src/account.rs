//! What was asked of the stand-in, to be counted by tests.

use std::time::Duration;

/// A request that came although its sender had been told to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Early {
    /// How long before it was told. A request of the first milliseconds was on its way.
    pub since_told: Duration,
    /// How much longer it should have waited.
    pub left: Duration,
}

/// Everything asked since the start or the last reset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Every REST request as `GET /path?query`, in the order of arrival.
    pub rest: Vec<String>,
    /// The text of every GraphQL query, in the order of arrival.
    pub graphql: Vec<String>,
    /// Directories served: recursive listings by REST count once, a GraphQL tree once each.
    pub trees: usize,
    /// Blobs served, by either door.
    pub blobs: usize,
    /// GraphQL points spent, by GitHub's formula.
    pub points: u64,
    /// REST requests that counted against the primary limit; an answer of 304 does not.
    pub charged: u64,
    /// The shas of those blobs in the order of serving.
    pub blob_oids: Vec<String>,
    /// Requests before the end of a `Retry-After` or of a used up budget, by the same login
    /// to the same budget.
    pub asked_while_told_to_wait: Vec<Early>,
    /// The most requests that were being answered at one moment.
    pub peak_concurrency: usize,
    /// The most REST points of the secondary limit within a minute.
    pub busiest_rest_minute: u64,
    /// The most GraphQL points of the secondary limit within a minute.
    pub busiest_graphql_minute: u64,
    /// Requests refused by the secondary limits themselves, not by an ordered fault.
    pub secondary_limits_met: u64,
}
