//! How the budgets of an identity stand: what is left, how much of it is ours, and the
//! times at which nothing may be asked. Shared by all clients of the identity, and carried
//! from process to process as text.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::GithubError;
use crate::client::Client;
use crate::ledger::Budget;

/// A moment by GitHub's clock, and by ours.
#[derive(Debug, Clone, Copy)]
struct Moment {
    at: Instant,
    until: Option<DateTime<Utc>>,
}

impl Moment {
    fn after(wait: Duration, until: Option<DateTime<Utc>>) -> Self {
        Self { at: Instant::now() + wait, until }
    }

    /// Refuses until it has come.
    fn check(&self) -> Result<(), GithubError> {
        let wait = self.at.saturating_duration_since(Instant::now());
        if wait.is_zero() {
            return Ok(());
        }
        Err(GithubError::RateLimited { wait, until: self.until })
    }
}

/// What GitHub said about one budget of the running hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) limit: i64,
    pub(crate) left: i64,
    pub(crate) resets_at: DateTime<Utc>,
    /// How long until then.
    pub(crate) resets_in: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Hour {
    limit: i64,
    left: i64,
    over: Moment,
}

#[derive(Debug, Default)]
struct Standing {
    hour: Option<Hour>,
    pause: Option<Moment>,
}

/// The two budgets of an identity.
#[derive(Debug, Default)]
pub(crate) struct Standings {
    rest: Mutex<Standing>,
    graphql: Mutex<Standing>,
    /// GitHub's clock, as it stood when an answer came.
    clock: Mutex<Option<(DateTime<Utc>, Instant)>>,
}

impl Standings {
    /// Takes points out of a budget before they are spent. Refuses while GitHub has told
    /// to wait, and where less than the others' part would be left: `share` is ours, in
    /// hundredths of the limit.
    pub(crate) fn take(&self, budget: Budget, points: i64, share: u8) -> Result<(), GithubError> {
        let mut standing = self.of(budget);
        if let Some(pause) = standing.pause {
            pause.check()?;
        }
        let Some(hour) = standing.hour.as_mut() else { return Ok(()) };
        let others = hour.limit * i64::from(100 - share.min(100)) / 100;
        if hour.left - points < others {
            // Over, and nobody has told what the new hour holds: the next answer will.
            hour.over.check()?;
        }
        hour.left -= points;
        Ok(())
    }

    /// Keeps what an answer says. Answers may overtake each other: within an hour the
    /// smallest number is the latest.
    pub(crate) fn hear(&self, budget: Budget, heard: &Heard) {
        let mut standing = self.of(budget);
        let known = standing.hour.filter(|it| it.over.until >= Some(heard.resets_at));
        let left = match known {
            Some(hour) if hour.over.until > Some(heard.resets_at) => return,
            Some(hour) => hour.left.min(heard.left),
            None => heard.left,
        };
        let over = Moment::after(heard.resets_in, Some(heard.resets_at));
        standing.hour = Some(Hour { limit: heard.limit, left, over });
    }

    /// Sets GitHub's clock by the date of an answer.
    pub(crate) fn set_clock(&self, date: DateTime<Utc>) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some((date, Instant::now()));
    }

    /// What GitHub's clock says now, if an answer has told.
    fn now(&self) -> Option<DateTime<Utc>> {
        let clock = *self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.map(|(date, at)| date + at.elapsed())
    }

    /// Begins a pause that GitHub has asked for. Whoever goes on regardless may be banned.
    pub(crate) fn pause(&self, budget: Budget, wait: Duration, until: Option<DateTime<Utc>>) {
        let pause = Moment::after(wait, until);
        let mut standing = self.of(budget);
        if standing.pause.is_none_or(|it| it.at < pause.at) {
            standing.pause = Some(pause);
        }
    }

    fn of(&self, budget: Budget) -> MutexGuard<'_, Standing> {
        let standing = match budget {
            Budget::Rest => &self.rest,
            Budget::Graphql => &self.graphql,
        };
        standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered(&self, budget: Budget) -> RememberedBudget {
        let standing = self.of(budget);
        RememberedBudget {
            paused_until: standing.pause.and_then(|it| it.until),
            hour: standing.hour.and_then(|it| Some((it.limit, it.left, it.over.until?))),
        }
    }

    fn recall(&self, budget: Budget, remembered: &RememberedBudget, now: DateTime<Utc>) {
        // What is remembered is in GitHub's time; ours may differ.
        let now = self.now().unwrap_or(now);
        let wait = |until: DateTime<Utc>| (until - now).to_std().ok();
        if let Some(until) = remembered.paused_until
            && let Some(wait) = wait(until)
        {
            self.pause(budget, wait, Some(until));
        }
        if let Some((limit, left, resets_at)) = remembered.hour
            && let Some(resets_in) = wait(resets_at)
        {
            self.hear(budget, &Heard { limit, left, resets_at, resets_in });
        }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct RememberedBudget {
    paused_until: Option<DateTime<Utc>>,
    /// The limit, what is left of it, and when the hour is over.
    hour: Option<(i64, i64, DateTime<Utc>)>,
}

/// What one process tells the next about an identity.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Remembered {
    rest: RememberedBudget,
    graphql: RememberedBudget,
    sizes: BTreeMap<String, usize>,
}

impl Client {
    /// What is known of this identity's budgets and of the sizes of queries that went
    /// well, as a text for [`Client::recall`]. It holds no secret.
    #[must_use]
    pub fn remember(&self) -> String {
        let shared = &self.shared;
        let sizes = shared.sizes.named().map(|(name, size)| (name.to_owned(), size.get()));
        let remembered = Remembered {
            rest: shared.standings.remembered(Budget::Rest),
            graphql: shared.standings.remembered(Budget::Graphql),
            sizes: BTreeMap::from(sizes),
        };
        serde_json::to_string(&remembered).unwrap_or_default()
    }

    /// Goes on from what another client of the identity remembered. A text that cannot be
    /// read says nothing.
    pub fn recall(&self, remembered: &str, now: DateTime<Utc>) {
        self.learn(remembered, now);
        let Ok(Remembered { sizes, .. }) = serde_json::from_str(remembered) else { return };
        for (name, size) in self.shared.sizes.named() {
            if let Some(remembered) = sizes.get(name) {
                size.recall(*remembered);
            }
        }
    }

    /// Learns what another client of the identity was told of the budgets; how large
    /// queries may be is each client's own experience.
    pub fn learn(&self, remembered: &str, now: DateTime<Utc>) {
        let Ok(Remembered { rest, graphql, .. }) = serde_json::from_str(remembered) else { return };
        let standings = &self.shared.standings;
        standings.recall(Budget::Rest, &rest, now);
        standings.recall(Budget::Graphql, &graphql, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(left: i64, resets_in: u64) -> Heard {
        let resets_in = Duration::from_secs(resets_in);
        let resets_at = DateTime::UNIX_EPOCH + resets_in;
        Heard { limit: 5_000, left, resets_at, resets_in }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_asked_while_a_pause_lasts() {
        let standings = Standings::default();
        standings.pause(Budget::Rest, Duration::from_secs(5), None);
        standings.pause(Budget::Rest, Duration::from_secs(1), None);
        assert!(standings.take(Budget::Graphql, 1, 100).is_ok());
        tokio::time::sleep(Duration::from_secs(4)).await;
        assert!(standings.take(Budget::Rest, 1, 100).is_err());
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(standings.take(Budget::Rest, 1, 100).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn the_others_part_of_the_budget_is_left_until_it_comes_back() {
        let standings = Standings::default();
        standings.hear(Budget::Graphql, &heard(1_002, 600));
        assert!(standings.take(Budget::Graphql, 1, 80).is_ok());
        assert!(standings.take(Budget::Graphql, 1, 80).is_ok());
        let Err(GithubError::RateLimited { wait, .. }) = standings.take(Budget::Graphql, 1, 80)
        else {
            panic!("the share is not kept");
        };
        assert_eq!(wait.as_secs(), 600);
        assert!(standings.take(Budget::Graphql, 1, 100).is_ok());
        tokio::time::sleep(wait).await;
        assert!(standings.take(Budget::Graphql, 1, 80).is_ok());
    }

    #[test]
    fn an_answer_that_was_overtaken_gives_nothing_back() {
        let standings = Standings::default();
        standings.hear(Budget::Rest, &heard(10, 600));
        standings.hear(Budget::Rest, &heard(12, 600));
        assert_eq!(standings.remembered(Budget::Rest).hour.unwrap().1, 10);
        standings.hear(Budget::Rest, &heard(4_999, 4_200));
        standings.hear(Budget::Rest, &heard(9, 600));
        assert_eq!(standings.remembered(Budget::Rest).hour.unwrap().1, 4_999);
    }

    #[tokio::test(start_paused = true)]
    async fn another_process_knows_what_was_told() {
        let one = Standings::default();
        let until = DateTime::UNIX_EPOCH + Duration::from_secs(30);
        one.pause(Budget::Rest, Duration::from_secs(30), Some(until));
        one.hear(Budget::Rest, &heard(7, 600));
        let two = Standings::default();
        two.recall(Budget::Rest, &one.remembered(Budget::Rest), DateTime::UNIX_EPOCH);
        assert!(two.take(Budget::Rest, 1, 100).is_err());
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert!(two.take(Budget::Rest, 7, 100).is_ok());
        assert!(two.take(Budget::Rest, 1, 100).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_clock_does_not_lengthen_what_was_told_here() {
        let standings = Standings::default();
        let until = DateTime::UNIX_EPOCH + Duration::from_secs(30);
        standings.set_clock(DateTime::UNIX_EPOCH);
        standings.pause(Budget::Rest, Duration::from_secs(30), Some(until));
        standings.hear(Budget::Rest, &heard(7, 600));
        let slow = DateTime::UNIX_EPOCH - Duration::from_secs(3_600);
        standings.recall(Budget::Rest, &standings.remembered(Budget::Rest), slow);
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert!(standings.take(Budget::Rest, 1, 100).is_ok());
        tokio::time::sleep(Duration::from_secs(570)).await;
        assert!(standings.take(Budget::Rest, 7, 100).is_ok());
    }
}
