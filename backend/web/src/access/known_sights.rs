//! What GitHub lets people read, as this process read it from the database last: an answer holds
//! thousands of ids, and each request of a person needs it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use store::{OrganizationId, OrganizationSight, PersonId, Store, StoreError};

use super::asking::HOLDS;
use crate::reader::{Visible, VisibleOf};

type Known = HashMap<(PersonId, OrganizationId), (DateTime<Utc>, VisibleOf)>;

/// The answers of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct KnownSights(Arc<Mutex<Known>>);

impl KnownSights {
    /// What a person may read of all organizations of which GitHub was asked; read from the
    /// database is only what was asked since the last time.
    pub(super) async fn visible(
        &self,
        store: &Store,
        (person, sights): (PersonId, &[OrganizationSight]),
        now: DateTime<Utc>,
    ) -> Result<Visible, StoreError> {
        let of = |it: &OrganizationSight| Some(((person, it.organization), it.asked_at?));
        let wanted: HashMap<_, _> = sights.iter().filter_map(of).collect();
        let mut found = self.kept(&wanted);
        let is_found = |id: &OrganizationId| found.iter().any(|(of, _)| of == id);
        let missing: Vec<OrganizationId> = wanted
            .keys()
            .map(|(_, organization)| *organization)
            .filter(|it| !is_found(it))
            .collect();
        if !missing.is_empty() {
            let read = store.known_sights(person, &missing, now).await?;
            let read: Vec<_> = read
                .into_iter()
                .map(|it| (it.organization, it.asked_at, VisibleOf::new(it.repositories)))
                .collect();
            self.keep(person, &read, now);
            found.extend(read.into_iter().map(|(organization, _, it)| (organization, it)));
        }
        Ok(Visible::of_each(found))
    }

    /// What is kept of just these answers.
    fn kept(
        &self,
        wanted: &HashMap<(PersonId, OrganizationId), DateTime<Utc>>,
    ) -> Vec<(OrganizationId, VisibleOf)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = wanted.iter().filter_map(|(key, asked_at)| {
            let (kept_at, visible) = all.get(key)?;
            (kept_at == asked_at).then(|| (key.1, visible.clone()))
        });
        kept.collect()
    }

    /// Keeps answers, and forgets what holds no more.
    fn keep(
        &self,
        person: PersonId,
        read: &[(OrganizationId, DateTime<Utc>, VisibleOf)],
        now: DateTime<Utc>,
    ) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (asked_at, _)| now - *asked_at < HOLDS);
        let each = read.iter().map(|(organization, asked_at, visible)| {
            ((person, *organization), (*asked_at, visible.clone()))
        });
        all.extend(each);
    }
}
