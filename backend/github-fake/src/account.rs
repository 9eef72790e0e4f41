//! What was asked of the stand-in, to be counted by tests.

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
}
