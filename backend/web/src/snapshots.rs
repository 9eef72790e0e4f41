//! The newest snapshot and history of each organization, made anew when something changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use store::read::OrganizationHeader;
use store::read::history::History;
use store::read::repositories::Shares;
use store::read::snapshot::Snapshot;
use store::{Store, StoreError};

/// While a crawl runs something changes all the time: what is kept may then be so old.
const OLDEST_WHILE_CRAWLING: TimeDelta = TimeDelta::seconds(5);

/// Something read as it was at a revision of its organization.
trait Revised {
    fn revision(&self) -> i64;
}

/// The shares on a day, as they are known at a revision.
type SharesOnDay = ((i64, NaiveDate), Arc<Shares>);

impl Revised for Snapshot {
    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Revised for History {
    fn revision(&self) -> i64 {
        self.revision
    }
}

/// Made by one request while the others wait for it.
type Slot<T> = Arc<tokio::sync::Mutex<Option<(DateTime<Utc>, Arc<T>)>>>;

/// The newest of each organization, by its id.
type Slots<T> = Arc<Mutex<HashMap<i64, Slot<T>>>>;

/// The snapshots and histories of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Snapshots {
    snapshots: Slots<Snapshot>,
    histories: Slots<History>,
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
        let fresh = store.snapshot(header.organization_id);
        kept_or(&self.snapshots, header, now, fresh).await
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

    /// The history of an organization at the revision that its header tells.
    pub(crate) async fn history_of(
        &self,
        store: &Store,
        header: &OrganizationHeader,
        now: DateTime<Utc>,
    ) -> Result<Arc<History>, StoreError> {
        let fresh = store.history(header.organization_id);
        kept_or(&self.histories, header, now, fresh).await
    }
}

/// What is kept, if it is as new as the header; else `fresh`, which is kept from now on.
async fn kept_or<T: Revised>(
    slots: &Slots<T>,
    header: &OrganizationHeader,
    now: DateTime<Utc>,
    fresh: impl Future<Output = Result<T, StoreError>>,
) -> Result<Arc<T>, StoreError> {
    let slot = slot(slots, header.organization_id);
    let mut kept = slot.lock().await;
    if let Some((made_at, it)) = &*kept {
        let is_crawling = header.running_crawl_id.is_some();
        let is_young = is_crawling && now - *made_at < OLDEST_WHILE_CRAWLING;
        if it.revision() >= header.revision || is_young {
            return Ok(Arc::clone(it));
        }
    }
    let fresh = Arc::new(fresh.await?);
    *kept = Some((now, Arc::clone(&fresh)));
    Ok(fresh)
}

fn slot<T>(slots: &Slots<T>, organization_id: i64) -> Slot<T> {
    let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(slots.entry(organization_id).or_default())
}
