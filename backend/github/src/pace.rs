//! How fast we ask: well below GitHub's secondary limits, which it neither announces
//! in headers nor forgives.
//!
//! GitHub allows 900 points a minute by REST (a read is one) and 2,000 by GraphQL (a
//! query is one); six tenths of that leave room for others with the same identity
//! (docs: rate limits for the REST API, secondary rate limits).

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::ledger::Budget;

const MINUTE: Duration = Duration::from_secs(60);
const REST_A_MINUTE: usize = 540;
const GRAPHQL_A_MINUTE: usize = 1_200;

/// When the requests of the last minute were sent.
#[derive(Debug)]
struct Pace {
    most: usize,
    sent: Mutex<VecDeque<Instant>>,
}

/// The pace of each budget.
#[derive(Debug)]
pub(crate) struct Paces {
    rest: Pace,
    graphql: Pace,
}

impl Default for Paces {
    fn default() -> Self {
        let pace = |most| Pace { most, sent: Mutex::default() };
        Self { rest: pace(REST_A_MINUTE), graphql: pace(GRAPHQL_A_MINUTE) }
    }
}

impl Paces {
    /// Waits until another request may be sent, and counts it.
    pub(crate) async fn turn(&self, budget: Budget) {
        let pace = match budget {
            Budget::Rest => &self.rest,
            Budget::Graphql => &self.graphql,
        };
        while let Some(wait) = pace.take() {
            tokio::time::sleep(wait).await;
        }
    }
}

impl Pace {
    /// Takes a place in this minute, or says how long none is free.
    fn take(&self) -> Option<Duration> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        while sent.front().is_some_and(|it| now.duration_since(*it) >= MINUTE) {
            sent.pop_front();
        }
        match sent.front() {
            Some(oldest) if sent.len() >= self.most => Some(*oldest + MINUTE - now),
            Some(_) | None => {
                sent.push_back(now);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_minute_holds_more_requests_than_its_share() {
        let paces = Paces::default();
        let start = Instant::now();
        for _ in 0..REST_A_MINUTE {
            paces.turn(Budget::Rest).await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        paces.turn(Budget::Graphql).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        paces.turn(Budget::Rest).await;
        assert_eq!(start.elapsed(), MINUTE);
    }
}
