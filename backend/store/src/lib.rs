//! The only place with SQL. Nouns read, verbs write; several writes are one
//! transaction in one method; read models are public and ready to show.

mod backoff;
mod budget;
mod campaign;
mod catalog_edition;
mod catalog_refresh;
mod crawl_record;
mod credential_check;
pub mod decision;
mod delivery;
mod enqueue;
mod evidence;
mod forget;
mod history;
mod job;
mod job_at_once;
mod life;
mod organization;
mod outdated;
mod past;
mod policy;
mod present;
mod progress;
pub mod read;
mod reading;
mod report;
mod report_row;
mod repository;
mod saved_view;
mod schedule;
mod scope;
#[cfg(feature = "seed")]
pub mod seed;
mod settings_file;
mod slug;
mod team;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;
mod text;
mod touched;
mod twin;
mod wakeup;

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

pub use backoff::backoff;
pub use campaign::{CampaignSaved, NewCampaign};
pub use catalog_edition::{Brought, KeptEdition, Misread, NewEdition};
pub use catalog_refresh::{Looked, RefreshStanding};
pub use checklist::FileKind;
pub use crawl_record::{CrawlBudget, CrawlCounts, CrawlEnd, CrawlFailure};
pub use credential_check::CredentialCheck;
pub use delivery::{Account, Named, NewDelivery, Received, Wish};
pub use history::{FileWithoutHistory, HistoryKey, PastVersion, ReadHistory};
pub use job::{
    ClaimedJob, Holder, NewJob, PRIORITY_HISTORY, PRIORITY_PERSON, PRIORITY_SCHEDULE,
    PRIORITY_WEBHOOK,
};
pub use life::Life;
pub use organization::{NewOrganization, Organization};
pub use policy::RefusedPrefix;
pub use present::PresentFile;
pub use reading::{ReadContent, ReadFile, RepositoryReading};
pub use report::{EngineVersion, NewBlob, NewReport, StoredBlob};
pub use repository::{Known, ListedFacts};
pub use saved_view::{NewView, ViewPage};
pub use schedule::Schedule;
pub use scope::{Moving, Scope, ScopePreview};
pub use settings_file::{
    OwnDecision, OwnSettings, ReadSettings, SettingsError, SettingsFile, SettingsKind,
};
pub use slug::{
    CrawlId, CrawlKind, DecisionId, DecisionKind, DecisionSource, EditionId, EndReason, Exclusion,
    JobId, JobKind, OrganizationId, ReadFrom, TeamSource, Trigger, Visibility,
};
pub use team::{TeamRule, topic_team};
pub use touched::Touched;
pub use wakeup::JobWakeups;

/// What can go wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of the database is no Postgres address.
    #[error(
        "the database address could not be read; it looks like postgres://USER:PASSWORD@HOST/NAME"
    )]
    Address(#[source] sqlx::Error),
    /// The database does not answer.
    #[error("the database could not be reached; check that it runs and that DATABASE_URL is right")]
    Unreachable(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A query failed.
    #[error("a database query failed")]
    Query(#[from] sqlx::Error),
    /// A stored value does not mean what the schema says it means.
    #[error("the database holds a value that this version does not know: {0}")]
    Corrupt(String),
    /// A reading names a content that no report of its version speaks about.
    #[error("the content of `{0}` is not scored yet")]
    NotScored(String),
    /// A report could not be turned into JSON.
    #[error("a report could not be written down")]
    Unstorable(#[source] serde_json::Error),
}

impl StoreError {
    /// Whether these very rows were refused, so that others may well be taken.
    #[must_use]
    pub fn is_about_the_rows(&self) -> bool {
        match self {
            Self::Corrupt(_) | Self::NotScored(_) | Self::Unstorable(_) => true,
            // Classes 22 and 23: values and constraints.
            Self::Query(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|it| it.starts_with("22") || it.starts_with("23"))
            }
            Self::Query(_) | Self::Address(_) | Self::Unreachable(_) | Self::Migration(_) => false,
        }
    }
}

impl From<names::NameError> for StoreError {
    fn from(error: names::NameError) -> Self {
        Self::Corrupt(error.to_string())
    }
}

/// Everything Drydock knows, in Postgres. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pool: sqlx::PgPool,
}

impl Store {
    /// Connects to the database at `url`, with at most `connections` connections.
    /// The schema is not touched; see [`Store::migrate`].
    ///
    /// # Errors
    /// [`StoreError::Address`] or [`StoreError::Unreachable`].
    pub async fn connect(url: &str, connections: u32) -> Result<Self, StoreError> {
        let options: PgConnectOptions = url.parse().map_err(StoreError::Address)?;
        let options = options
            .application_name("drydock")
            .options([("statement_timeout", "30s"), ("tcp_keepalives_idle", "60")]);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(3))
            .connect_with(options)
            .await
            .map_err(StoreError::Unreachable)?;
        Ok(Self { pool })
    }

    /// Brings the schema up to date. Several processes may do so at once.
    ///
    /// # Errors
    /// [`StoreError::Migration`].
    pub async fn migrate(&self) -> Result<(), StoreError> {
        sqlx::migrate!("../../migrations").run(&self.pool).await?;
        Ok(())
    }
}
