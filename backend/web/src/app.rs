//! What every handler gets, and the one door through which the first-run page
//! reaches GitHub without this crate knowing it.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use checklist::Catalog;
use chrono::{DateTime, NaiveDate, Utc};
use names::OrgLogin;
use secrecy::SecretString;
use store::read::history::History;
use store::read::repositories::Shares;
use store::read::snapshot::Snapshot;
use store::read::{OrganizationHeader, SightDigest};
use store::{CredentialCheck, OrganizationId, Store, StoreError};
use tokio::sync::watch;

use crate::access::Access;
use crate::error::AppError;
use crate::host;
use crate::kept_pages::KeptPages;
use crate::metrics::Metrics;
use crate::reader::Reader;
use crate::snapshots::Snapshots;
use crate::streams::Streams;
use crate::webhooks::Webhooks;

/// Tells the time; only `drydock` reads the real clock.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// State of the router: what every request shares. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    /// Everything Drydock knows.
    pub store: Store,
    /// To whom it is open.
    pub access: Access,
    /// The time.
    pub clock: Clock,
    /// The catalogue of hardened images as it is now.
    pub catalog: watch::Receiver<Arc<Catalog>>,
    /// Where a new catalogue is looked for.
    pub catalog_looks: CatalogLooks,
    /// Checks an organization and a credential for the first-run page.
    pub connect: Arc<dyn Connect>,
    /// Takes GitHub's webhooks.
    pub webhooks: Arc<dyn Webhooks>,
    /// What organizations' pages read.
    pub snapshots: Snapshots,
    /// Pages that were made already.
    pub kept_pages: KeptPages,
    /// How requests went.
    pub metrics: Metrics,
    /// The event streams that are open.
    pub streams: Streams,
    /// Where repositories are looked at by people, `https://github.com`.
    pub github_web: String,
    /// Reads a cron expression.
    pub read_schedule: ReadSchedule,
}

/// What a handler gets: the site, as far as whoever asks may see it.
#[derive(Debug, Clone)]
pub(crate) struct App {
    site: Site,
    /// Who asks.
    pub(crate) reader: Reader,
}

/// Where a new catalogue is looked for once a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogLooks {
    /// In this repository on GitHub, `docker-hardened-images/catalog`.
    In(String),
    /// Nowhere: the operator switched it off.
    Off,
    /// Nowhere: another GitHub than github.com is asked, and no mirror is named.
    NotThere,
}

/// Says what a cron expression in a time zone means, for the page of settings.
pub type ReadSchedule = fn(cron: &str, time_zone: &str, now: DateTime<Utc>) -> ScheduleReading;

/// A schedule as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleReading {
    /// What it means, or why it means nothing.
    pub words: String,
    /// The next times it falls due.
    pub next: Vec<DateTime<Utc>>,
}

impl Site {
    /// The catalogue, the same one for a whole request.
    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        self.catalog.borrow().clone()
    }

    /// The time now.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }
}

impl App {
    /// The site as `reader` may see it.
    pub(crate) const fn new(site: Site, reader: Reader) -> Self {
        Self { site, reader }
    }

    /// Where people reach the site, for texts that leave it: what the settings say, else how
    /// this reader did.
    pub(crate) fn base(&self, headers: &HeaderMap) -> String {
        let public_url = self.access.gate().and_then(|it| it.public_url.clone());
        public_url.unwrap_or_else(|| host::base(headers))
    }

    /// What an organization's pages read, as new as its header, of what the reader may see.
    pub(crate) async fn snapshot(
        &self,
        header: &OrganizationHeader,
    ) -> Result<Arc<Snapshot>, StoreError> {
        let whole = self.snapshots.of(&self.store, header, self.now()).await?;
        Ok(match self.only(header) {
            None => whole,
            Some(only) => self.snapshots.only(&whole, only, self.now()),
        })
    }

    /// The repositories that the reader may see; none if all of them.
    fn only(&self, header: &OrganizationHeader) -> Option<(&[i64], SightDigest)> {
        let id = OrganizationId(header.organization_id);
        self.reader.sight.of(id).zip(self.reader.sight.digest(id))
    }

    /// The shares of an organization's repositories on a day of the past, hidden ones too: they
    /// are looked up by repository.
    pub(crate) async fn shares_on(
        &self,
        snapshot: &Snapshot,
        day: NaiveDate,
    ) -> Result<Arc<Shares>, StoreError> {
        self.snapshots.shares_on(&self.store, snapshot, day).await
    }

    /// What was done on each day, as new as an organization's header, in what the reader may see.
    pub(crate) async fn history(
        &self,
        header: &OrganizationHeader,
    ) -> Result<Arc<History>, StoreError> {
        let whole = self.snapshots.history_of(&self.store, header, self.now()).await?;
        Ok(match self.only(header) {
            None => whole,
            Some(only) => {
                self.snapshots.history_only(header.organization_id, &whole, only, self.now())
            }
        })
    }
}

impl Deref for App {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

/// Without a reader nothing is answered: nobody looked who asks.
impl FromRequestParts<Site> for App {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, AppError> {
        let reader = parts.extensions.get::<Reader>().cloned().ok_or(AppError::SignIn)?;
        Ok(Self::new(site.clone(), reader))
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Site").field("github_web", &self.github_web).finish_non_exhaustive()
    }
}

/// The answer to [`Connect::connect`], some time later.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = Result<Connected, String>> + Send + 'a>>;

/// Checks an organization and a credential and keeps the credential for crawls.
pub trait Connect: Send + Sync {
    /// Asks GitHub at once. The error is a sentence for people that says what to do.
    /// An empty token stands for the credential that is at hand already.
    fn connect(&self, organization: OrgLogin, token: SecretString) -> Connecting<'_>;

    /// Whether a credential is at hand already (`GITHUB_TOKEN`), so that the form
    /// need not ask for one.
    fn has_credential(&self) -> bool {
        false
    }

    /// Whether a GitHub App is configured, whose installations are found by themselves.
    fn has_app(&self) -> bool {
        false
    }
}

/// What a credential turned out to be good for.
#[derive(Debug, Clone)]
pub struct Connected {
    /// The organization's login as GitHub spells it.
    pub login: OrgLogin,
    /// What was found out about the credential.
    pub check: CredentialCheck,
}
