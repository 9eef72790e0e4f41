//! The newest snapshot of each organization, made anew when something changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use store::read::OrganizationHeader;
use store::read::snapshot::Snapshot;
use store::{Store, StoreError};

/// While a crawl runs something changes all the time: a snapshot may then be so old.
const OLDEST_WHILE_CRAWLING: TimeDelta = TimeDelta::seconds(5);

/// Made by one request while the others wait for it.
type Slot = Arc<tokio::sync::Mutex<Option<(DateTime<Utc>, Arc<Snapshot>)>>>;

/// The snapshots of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Snapshots {
    slots: Arc<Mutex<HashMap<i64, Slot>>>,
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

    fn slot(&self, organization_id: i64) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(organization_id).or_default())
    }
}
