//! The only place with SQL. Nouns read, verbs write; several writes are one
//! transaction in one method; read models are public and ready to show.

mod api_token;
mod audit;
mod backoff;
mod budget;
mod campaign;
mod catalog_edition;
mod catalog_import;
mod catalog_refresh;
mod crawl_record;
mod crawl_wish;
mod credential_check;
pub mod decision;
mod delivery;
mod enqueue;
mod evidence;
mod exposure;
mod forget;
mod history;
mod job;
mod job_at_once;
mod life;
mod local_account;
mod noted;
mod organization;
mod outdated;
mod password;
mod past;
mod person;
mod person_change;
mod policy;
mod present;
mod progress;
pub mod read;
mod reading;
mod recognized;
mod report;
mod report_row;
mod repository;
mod resealed;
mod saved_view;
mod schedule;
mod scope;
mod sealed;
#[cfg(feature = "seed")]
pub mod seed;
mod session;
mod session_end;
mod session_rules;
mod settings_file;
mod sight;
mod sign_in_attempt;
mod sign_in_expiry;
mod sign_in_flow;
mod sign_in_slug;
mod sign_in_source;
mod slug;
mod team;
mod team_change;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;
mod text;
mod token;
mod touched;
mod twin;
mod user_token;
mod wakeup;

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

pub use api_token::{NewApiToken, OpenApiToken, TokenRefusal};
pub use audit::{Actor, AuditEntry};
pub use backoff::backoff;
pub use campaign::{CampaignSaved, NewCampaign};
pub use catalog_edition::{Brought, KeptEdition, Misread, NewEdition};
pub use catalog_refresh::{Looked, RefreshStanding};
pub use checklist::FileKind;
pub use crawl_record::{CrawlBudget, CrawlCounts, CrawlEnd, CrawlFailure};
pub use credential_check::{CredentialCheck, NamedOrganization};
pub use delivery::{Account, Named, NewDelivery, Received, Wish};
pub use exposure::Exposure;
pub use history::{FileWithoutHistory, HistoryKey, PastVersion, ReadHistory};
pub use job::{
    ClaimedJob, Holder, NewJob, PRIORITY_HISTORY, PRIORITY_PERSON, PRIORITY_SCHEDULE,
    PRIORITY_WEBHOOK,
};
pub use life::Life;
pub use local_account::PasswordAnswer;
pub use organization::{NewOrganization, Organization};
pub use password::{AccountName, AccountRefusal, HashedPassword, NewPassword};
pub use person::Person;
pub use person_change::LastOperator;
pub use policy::RefusedPrefix;
pub use present::PresentFile;
pub use reading::{ReadContent, ReadFile, RepositoryReading};
pub use recognized::Recognized;
pub use report::{EngineVersion, NewBlob, NewReport, StoredBlob};
pub use repository::{Known, ListedFacts};
pub use resealed::Resealed;
pub use saved_view::{NewView, ViewPage};
pub use schedule::{Schedule, Schedules};
pub use scope::{Moving, Scope, ScopePreview};
pub use sealed::{Place, SecretKeys};
pub use session::{NewSession, OpenSession};
pub use session_rules::{SessionRules, SessionTimes};
pub use settings_file::{
    OwnDecision, OwnSettings, ReadSettings, SettingsError, SettingsFile, SettingsKind,
};
pub use sight::{KnownSight, OrganizationSight};
pub use sign_in_attempt::Attempt;
pub use sign_in_flow::{FlowSecrets, NewFlow, SignInFlow};
pub use sign_in_slug::{
    ApiTokenId, AuditAction, AuditId, PersonId, Role, SessionId, SignInMethod, TokenScope,
};
pub use slug::{
    CrawlId, CrawlKind, DecisionId, DecisionKind, DecisionSource, EditionId, EndReason, Exclusion,
    JobId, JobKind, OrganizationId, ReadFrom, TeamSource, Trigger, Visibility,
};
pub use team::{TeamRule, topic_team};
pub use token::Token;
pub use touched::Touched;
pub use user_token::UserToken;
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
    /// A key that is none.
    #[error("the secret key is not 32 bytes in base64; make one with `openssl rand -base64 32`")]
    SecretKey,
    /// A secret that does not open.
    #[error("a stored secret could not be opened: another key sealed it, or it is not whole")]
    Sealed,
    /// A password could not be hashed.
    #[error("a password could not be hashed")]
    Password,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
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
            Self::Query(_)
            | Self::Address(_)
            | Self::Unreachable(_)
            | Self::Migration(_)
            | Self::SecretKey
            | Self::Sealed
            | Self::Password
            | Self::NoRandomness => false,
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
