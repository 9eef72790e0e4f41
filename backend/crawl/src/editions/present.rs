//! The catalogue that this process scores by: the store's present edition, followed when
//! another process makes a new one; the facts of the program while there is none.

use std::sync::{Arc, Mutex, PoisonError};

use checklist::Catalog;
use store::{EditionId, Store};
use tokio::sync::watch;

use super::{Standing, apart};
use crate::CrawlError;

/// The one present catalogue of a process. Clones are the same one.
#[derive(Debug, Clone)]
pub struct PresentCatalog {
    sender: watch::Sender<Arc<Catalog>>,
    /// The edition that was looked at last, whether it could be read or not.
    edition: Arc<Mutex<Option<EditionId>>>,
}

impl PresentCatalog {
    /// The facts that come with the program.
    #[must_use]
    pub fn built_in() -> Self {
        let catalog = Arc::new(Catalog::built_in().clone());
        Self { sender: watch::Sender::new(catalog), edition: Arc::default() }
    }

    /// The store's present edition.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn of(store: &Store) -> Result<Self, CrawlError> {
        let present = Self::built_in();
        present.follow(store).await?;
        Ok(present)
    }

    /// The catalogue at this moment.
    #[must_use]
    pub fn now(&self) -> Arc<Catalog> {
        self.sender.borrow().clone()
    }

    /// A view of it for those who only read.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<Catalog>> {
        self.sender.subscribe()
    }

    /// Takes over the store's present edition if it is another one by now; a look at its
    /// key if not. One that this program cannot read changes nothing.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn follow(&self, store: &Store) -> Result<(), CrawlError> {
        let present = store.present_edition_id().await?;
        if present.is_none() || present == *self.edition() {
            return Ok(());
        }
        let Standing { kept, edition } = Standing::of(store).await?;
        if let Some(edition) = edition {
            let catalog = Arc::new(apart(move || edition.catalog()).await?);
            tracing::info!(version = catalog.version(), "Scoring by this catalogue from now on");
            self.sender.send_replace(catalog);
        }
        *self.edition() = kept.map(|it| it.id);
        Ok(())
    }

    fn edition(&self) -> std::sync::MutexGuard<'_, Option<EditionId>> {
        self.edition.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
