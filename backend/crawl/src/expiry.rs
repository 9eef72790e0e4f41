//! Ends decisions whose last day is past, and forgets what has run out of sign-ins: at the
//! start, then once a minute.

use chrono::{DateTime, TimeDelta, Utc};
use store::Store;

const BETWEEN_LOOKS: TimeDelta = TimeDelta::minutes(1);

/// When a worker looked last.
#[derive(Debug, Default)]
pub(crate) struct Expiry {
    looked_at: Option<DateTime<Utc>>,
}

impl Expiry {
    /// Looks, if it is time to. What fails is tried again at the next look.
    pub(crate) async fn look(&mut self, store: &Store, now: DateTime<Utc>) {
        if self.looked_at.is_some_and(|it| now - it < BETWEEN_LOOKS) {
            return;
        }
        self.looked_at = Some(now);
        match store.expire_decisions(now).await {
            Ok(0) => {}
            Ok(repositories) => {
                tracing::info!(repositories, "Ended decisions whose last day is past")
            }
            Err(error) => {
                tracing::error!(%error, "Decisions whose last day is past could not be ended")
            }
        }
        if let Err(error) = store.forget_sign_ins(now).await {
            tracing::error!(%error, "What has run out of sign-ins could not be forgotten");
        }
    }
}
