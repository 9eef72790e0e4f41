//! How fast the client asks: the secondary limits, and whether it waits when told to.
//!
//! <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits>

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, Duration, Utc};

use crate::account::{Account, Early};
use crate::answer::Answer;
use crate::gate::Resource;

const REQUESTS_AT_ONCE: usize = 100;
const REST_POINTS_A_MINUTE: u64 = 900;
const GRAPHQL_POINTS_A_MINUTE: u64 = 2_000;

/// A budget: whose it is, and of what.
pub(crate) type Lane = (String, Resource);

/// What is known about the requests of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    at_once: usize,
    lanes: HashMap<Lane, Recent>,
}

#[derive(Debug, Default)]
struct Recent {
    /// The last time it was told to wait, and until when.
    told: Option<(DateTime<Utc>, DateTime<Utc>)>,
    requests: VecDeque<(DateTime<Utc>, u64)>,
    /// The points of all these.
    spent: u64,
}

impl Recent {
    /// Adds a request and lets those before `since` go; the points since.
    fn spend(&mut self, points: u64, now: DateTime<Utc>, since: DateTime<Utc>) -> u64 {
        self.requests.push_back((now, points));
        self.spent += points;
        while let Some((_, old)) = self.requests.pop_front_if(|(at, _)| *at <= since) {
            self.spent -= old;
        }
        self.spent
    }
}

impl Pace {
    /// Counts a request that is being answered.
    pub(crate) fn begin(&mut self, account: &mut Account) {
        self.at_once += 1;
        account.peak_concurrency = account.peak_concurrency.max(self.at_once);
    }

    pub(crate) fn end(&mut self) {
        self.at_once = self.at_once.saturating_sub(1);
    }

    /// Notes a request and, if it is one too many, for how many seconds to stay away.
    pub(crate) fn arrive(
        &mut self,
        lane: Lane,
        points: u64,
        now: DateTime<Utc>,
        account: &mut Account,
    ) -> Option<u32> {
        let resource = lane.1;
        let recent = self.lanes.entry(lane).or_default();
        if let Some((told_at, until)) = recent.told.filter(|(_, until)| now < *until) {
            let [since_told, left] = [now - told_at, until - now].map(|it| it.to_std());
            let (since_told, left) = (since_told.unwrap_or_default(), left.unwrap_or_default());
            account.asked_while_told_to_wait.push(Early { since_told, left });
        }
        let minute_ago = now - Duration::minutes(1);
        let spent = recent.spend(points, now, minute_ago);
        let (busiest, limit) = match resource {
            Resource::Core => (&mut account.busiest_rest_minute, REST_POINTS_A_MINUTE),
            Resource::Graphql => (&mut account.busiest_graphql_minute, GRAPHQL_POINTS_A_MINUTE),
        };
        *busiest = spent.max(*busiest);
        if spent > limit {
            let oldest = recent.requests.front().map_or(now, |(at, _)| *at);
            let left = (oldest - minute_ago).num_seconds() + 1;
            return Some(u32::try_from(left).unwrap_or(60));
        }
        (self.at_once > REQUESTS_AT_ONCE).then_some(1)
    }

    /// Notes what an answer says about waiting.
    pub(crate) fn told(&mut self, lane: Lane, answer: &Answer, now: DateTime<Utc>) {
        let number = |name: &str| answer.header(name).and_then(|it| it.parse::<i64>().ok());
        let retry_after = number("retry-after").map(|it| now + Duration::seconds(it));
        let is_used_up = number("x-ratelimit-remaining") == Some(0);
        let reset = number("x-ratelimit-reset").filter(|_| is_used_up);
        let reset = reset.and_then(|it| DateTime::from_timestamp(it, 0));
        if let Some(until) = retry_after.or(reset) {
            self.lanes.entry(lane).or_default().told = Some((now, until));
        }
    }
}
