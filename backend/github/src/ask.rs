//! One thing to ask GitHub, and what it may cost.

use std::time::Duration;

use serde_json::Value;

use crate::ledger::Budget;

/// GitHub itself gives up after 10 s; a large tree may take a while to arrive.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// An archive is packed while it is sent.
const DOWNLOAD_TIME_LIMIT: Duration = Duration::from_secs(240);

/// One thing to ask.
#[derive(Debug)]
pub(crate) enum Ask {
    /// A REST address, the media type wanted, and how large the answer may be.
    Get { url: String, accept: &'static str, limit: usize },
    /// A GraphQL text with its variables.
    /// Smaller ones may be asked at once instead if `can_shrink`.
    Query { url: String, body: Value, points: i64, limit: usize, can_shrink: bool },
    /// A REST address that leads to a file on another host, which gets no token.
    Download { url: String, limit: usize },
    /// A REST address to post nothing to.
    Create { url: String, limit: usize },
}

impl Ask {
    pub(crate) const fn budget(&self) -> Budget {
        match self {
            Self::Get { .. } | Self::Download { .. } | Self::Create { .. } => Budget::Rest,
            Self::Query { .. } => Budget::Graphql,
        }
    }

    /// What it takes out of its budget: a REST request is one.
    pub(crate) const fn points(&self) -> i64 {
        match self {
            Self::Get { .. } | Self::Download { .. } | Self::Create { .. } => 1,
            Self::Query { points, .. } => *points,
        }
    }

    pub(crate) const fn limit(&self) -> usize {
        match self {
            Self::Get { limit, .. }
            | Self::Query { limit, .. }
            | Self::Download { limit, .. }
            | Self::Create { limit, .. } => *limit,
        }
    }

    pub(crate) const fn time_limit(&self) -> Duration {
        match self {
            Self::Get { .. } | Self::Query { .. } | Self::Create { .. } => TIME_LIMIT,
            Self::Download { .. } => DOWNLOAD_TIME_LIMIT,
        }
    }
}
