//! The newest snapshot of each organization, made anew when something changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use store::read::OrganizationHeader;
use store::read::repositories::Shares;
use store::read::snapshot::Snapshot;
use store::{Store, StoreError};

/// While a crawl runs something changes all the time: a snapshot may then be so old.
const OLDEST_WHILE_CRAWLING: TimeDelta = TimeDelta::seconds(5);

/// Made by one request while the others wait for it.
type Slot = Arc<tokio::sync::Mutex<Option<(DateTime<Utc>, Arc<Snapshot>)>>>;

/// The shares on a day, as they are known at a revision.
type SharesOnDay = ((i64, NaiveDate), Arc<Shares>);

/// The snapshots of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Snapshots {
    slots: Arc<Mutex<HashMap<i64, Slot>>>,
    /// By organization; asked for by who sorts by the share gained.
    shares: Arc<Mutex<HashMap<i64, SharesOnDay>>>,
}

impl Snapshots {
    /// The snapshot of an organization at the revision that its header tells.
    pub(crate) async fn of(
        &self,
        store: &Store,
        header: &OrganizationHeader,
        now: DateTime<Utc>,
    ) -> Result<Arc<Snapshot>, StoreError> {
        let slot = self.slot(header.organization_id);
        let mut kept = slot.lock().await;
        if let Some((made_at, snapshot)) = &*kept {
            let is_crawling = header.running_crawl_id.is_some();
            let is_young = is_crawling && now - *made_at < OLDEST_WHILE_CRAWLING;
            if snapshot.revision >= header.revision || is_young {
                return Ok(Arc::clone(snapshot));
            }
        }
        let snapshot = Arc::new(store.snapshot(header.organization_id).await?);
        *kept = Some((now, Arc::clone(&snapshot)));
        Ok(snapshot)
    }

    /// The shares of an organization's repositories on a day, as of its snapshot.
    pub(crate) async fn shares_on(
        &self,
        store: &Store,
        snapshot: &Snapshot,
        day: NaiveDate,
    ) -> Result<Arc<Shares>, StoreError> {
        let (id, key) = (snapshot.organization_id, (snapshot.revision, day));
        let all = || self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, kept)) = all().get(&id).filter(|(it, _)| *it == key) {
            return Ok(Arc::clone(kept));
        }
        let shares = Arc::new(store.shares_on(id, day).await?);
        all().insert(id, (key, Arc::clone(&shares)));
        Ok(shares)
    }

    fn slot(&self, organization_id: i64) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(organization_id).or_default())
    }
}
