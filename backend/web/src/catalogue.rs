//! The catalogue in use, as the settings page and the API tell it.

use chrono::NaiveDate;
use store::{KeptEdition, RefreshStanding, StoreError};

use crate::app::{App, CatalogLooks};

/// The catalogue in use, and how the looks for a newer one stand.
pub(crate) struct CatalogueInUse {
    /// The name of its facts.
    pub(crate) version: String,
    /// The day up to which its facts hold.
    pub(crate) day: Option<NaiveDate>,
    /// What was read; none of the facts that come with the program.
    pub(crate) kept: Option<KeptEdition>,
    /// How many verdicts that edition changed.
    pub(crate) verdicts_changed: i64,
    pub(crate) standing: RefreshStanding,
}

impl CatalogueInUse {
    pub(crate) async fn read(app: &App) -> Result<Self, StoreError> {
        let catalog = app.catalog();
        let kept = app.store.present_edition().await?;
        // One that this program cannot read is not in use.
        let kept = kept.filter(|it| catalog.version().starts_with(&it.version));
        let verdicts_changed = match &kept {
            Some(kept) => {
                let ids = app.reader.sight.repositories();
                app.store.verdicts_changed_by_catalog(kept.saved_at, ids.as_deref()).await?
            }
            None => 0,
        };
        Ok(Self {
            version: catalog.version().to_owned(),
            day: kept.as_ref().map(|it| it.day).or_else(|| catalog.day().parse().ok()),
            kept,
            verdicts_changed,
            standing: app.store.refresh_standing(app.now()).await?,
        })
    }
}

/// Makes a look at the catalogue due now, where it is looked at. The worker looks: this crate
/// asks GitHub nothing.
pub(crate) async fn want_look(app: &App) -> Result<(), StoreError> {
    match app.catalog_looks {
        CatalogLooks::In(_) => app.store.want_refresh(&app.reader.actor(), app.now()).await,
        CatalogLooks::Off | CatalogLooks::NotThere => Ok(()),
    }
}
