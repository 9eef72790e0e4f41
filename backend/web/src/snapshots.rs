//! The newest snapshot and history of each organization, made anew when something changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use store::read::campaigns::Campaign;
use store::read::history::History;
use store::read::repositories::Shares;
use store::read::snapshot::Snapshot;
use store::read::{OrganizationHeader, SightDigest};
use store::{Store, StoreError};

use crate::kept::{Basis, Kept};
use crate::pages::campaigns::CampaignStanding;
use crate::pages::image::ImageView;
use crate::pages::overview::Lasting;
use crate::pages::repositories::Matches;

/// While a crawl runs something changes all the time: what is kept is then made anew this often,
/// and nobody waits for it.
const PAUSE_WHILE_CRAWLING: TimeDelta = TimeDelta::seconds(5);
/// Nobody came for so long: what is older is waited for.
const OLDEST_WHILE_CRAWLING: TimeDelta = TimeDelta::seconds(60);

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

/// The newest of one organization, and when it was made.
#[derive(Debug)]
struct Slot<T> {
    kept: Mutex<Option<(DateTime<Utc>, Arc<T>)>>,
    /// Held by who makes a newer one: one at a time does.
    making: tokio::sync::Mutex<()>,
}

/// The newest of each organization, by its id.
type Slots<T> = Arc<Mutex<HashMap<i64, Arc<Slot<T>>>>>;

/// So many answers of a kind are kept.
const ANSWERS: usize = 250;
/// For so many readers who see different repositories what they see is kept.
const REDUCED: usize = 50;

/// The snapshots and histories of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Snapshots {
    snapshots: Slots<Snapshot>,
    histories: Slots<History>,
    /// By organization; asked for by who sorts by the share gained.
    shares: Arc<Mutex<HashMap<i64, SharesOnDay>>>,
    /// Snapshots and histories reduced to what some reader sees.
    reduced_snapshots: Kept<SightDigest, Snapshot>,
    reduced_histories: Kept<SightDigest, History>,
    /// Where campaigns stand.
    pub(crate) standings: Kept<Campaign, CampaignStanding>,
    /// What overviews show of a part, by its query.
    pub(crate) overviews: Kept<String, Lasting>,
    /// What tables of repositories tell of all their rows, by their query.
    pub(crate) tables: Kept<String, Matches>,
    /// The pages of base images, by reference and the catalogue's version.
    pub(crate) images: Kept<(String, String), ImageView>,
}

impl Default for Snapshots {
    fn default() -> Self {
        Self {
            snapshots: Slots::default(),
            histories: Slots::default(),
            shares: Arc::default(),
            reduced_snapshots: Kept::new(REDUCED),
            reduced_histories: Kept::new(REDUCED),
            standings: Kept::new(ANSWERS),
            overviews: Kept::new(ANSWERS),
            tables: Kept::new(ANSWERS),
            images: Kept::new(ANSWERS),
        }
    }
}

impl Snapshots {
    /// The snapshot of an organization at the revision that its header tells.
    pub(crate) async fn of(
        &self,
        store: &Store,
        header: &OrganizationHeader,
        now: DateTime<Utc>,
    ) -> Result<Arc<Snapshot>, StoreError> {
        let (store, id) = (store.clone(), header.organization_id);
        let slot = slot(&self.snapshots, id);
        // Behind the pages; where a page waits, the one of changes reads them by itself.
        let is_crawling = header.running_crawl_id.is_some();
        let wants_changes = is_crawling && slot.kept().is_some_and(|(_, it)| it.knows_changes());
        let fresh = async move {
            let snapshot = store.snapshot(id).await?;
            if wants_changes {
                store.learn_changes(&snapshot).await?;
            }
            Ok(snapshot)
        };
        kept_or(slot, header, now, fresh).await
    }

    /// The snapshot of an organization with these repositories alone.
    pub(crate) fn only(
        &self,
        whole: &Snapshot,
        (ids, digest): (&[i64], SightDigest),
        now: DateTime<Utc>,
    ) -> Arc<Snapshot> {
        let basis = Basis::of_snapshot(whole, now);
        self.reduced_snapshots.get_or(Some(digest), basis, || whole.only(ids))
    }

    /// The history of an organization with these repositories alone.
    pub(crate) fn history_only(
        &self,
        organization_id: i64,
        whole: &History,
        (ids, digest): (&[i64], SightDigest),
        now: DateTime<Utc>,
    ) -> Arc<History> {
        let basis = Basis::at(organization_id, whole.revision, now);
        self.reduced_histories.get_or(Some(digest), basis, || whole.only(ids))
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
        let (store, id) = (store.clone(), header.organization_id);
        let slot = slot(&self.histories, id);
        kept_or(slot, header, now, async move { store.history(id).await }).await
    }
}

impl<T> Slot<T> {
    fn kept(&self) -> Option<(DateTime<Utc>, Arc<T>)> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn make(
        &self,
        now: DateTime<Utc>,
        fresh: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<Arc<T>, StoreError> {
        let fresh = Arc::new(fresh.await?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((now, Arc::clone(&fresh)));
        Ok(fresh)
    }
}

/// What is kept, if it is as new as the header; else `fresh`, which is kept from now on. While a
/// crawl runs what is somewhat older does for now.
async fn kept_or<T: Revised + Send + Sync + 'static>(
    slot: Arc<Slot<T>>,
    header: &OrganizationHeader,
    now: DateTime<Utc>,
    fresh: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<Arc<T>, StoreError> {
    let is_new = |it: &Arc<T>| it.revision() >= header.revision;
    if let Some((made_at, it)) = slot.kept() {
        if is_new(&it) {
            return Ok(it);
        }
        let age = now - made_at;
        if header.running_crawl_id.is_some() && age < OLDEST_WHILE_CRAWLING {
            if age >= PAUSE_WHILE_CRAWLING {
                make_behind(slot, now, fresh);
            }
            return Ok(it);
        }
    }
    let _making = slot.making.lock().await;
    match slot.kept().filter(|(_, it)| is_new(it)) {
        Some((_, made_meanwhile)) => Ok(made_meanwhile),
        None => slot.make(now, fresh).await,
    }
}

/// Makes a newer one while pages go on with the old one, unless somebody does already.
fn make_behind<T: Send + Sync + 'static>(
    slot: Arc<Slot<T>>,
    now: DateTime<Utc>,
    fresh: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) {
    tokio::spawn(async move {
        let Ok(_making) = slot.making.try_lock() else { return };
        if let Err(error) = slot.make(now, fresh).await {
            tracing::warn!(%error, "An organization could not be read anew");
        }
    });
}

fn slot<T>(slots: &Slots<T>, organization_id: i64) -> Arc<Slot<T>> {
    let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(slots.entry(organization_id).or_default())
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { kept: Mutex::new(None), making: tokio::sync::Mutex::new(()) }
    }
}
