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
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for it in sights {
            let Some(asked_at) = it.asked_at else { continue };
            match self.kept((person, it.organization), asked_at) {
                Some(visible) => found.push((it.organization, visible)),
                None => missing.push(it.organization),
            }
        }
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

    /// The answer to what was asked just then, if it is kept.
    fn kept(&self, of: (PersonId, OrganizationId), asked_at: DateTime<Utc>) -> Option<VisibleOf> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (kept_at, visible) = all.get(&of)?;
        (*kept_at == asked_at).then(|| visible.clone())
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
