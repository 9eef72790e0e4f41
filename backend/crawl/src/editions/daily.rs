//! The daily look at the catalogue, by one of all processes, and what follows from a new one.

use std::time::Duration;

use chrono::TimeDelta;
use github::{Client, GithubError};
use store::{Actor, Looked, Trigger};
use tokio_util::sync::CancellationToken;

use super::{CatalogRepository, Successor};
use crate::{CrawlError, Worker};

/// How late a new edition of another process, or a person's wish, may be noticed.
const BETWEEN_LOOKS: Duration = Duration::from_secs(10);
/// How long the catalogue is good without a look.
const A_DAY: TimeDelta = TimeDelta::days(1);
/// The first pause after a failure; it doubles with each.
const AFTER_FAILURE: TimeDelta = TimeDelta::hours(1);
/// No look takes this long; a process that is silent for longer is dead.
const LEASE: TimeDelta = TimeDelta::minutes(15);
const TIME_LIMIT: Duration = Duration::from_secs(14 * 60);

/// Where the catalogue is read, and as whom.
#[derive(Clone)]
pub struct CatalogSource {
    /// Its repository.
    pub repository: CatalogRepository,
    /// The client of the token for all; without one that of any organization is used.
    pub general: Option<Client>,
}

impl Worker {
    /// Keeps the catalogue of this process and of the store up to date until `stop`.
    pub(crate) async fn keep_catalog(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            tokio::select! {
                looked = self.look_at_catalog() => if let Err(error) = looked {
                    tracing::error!(%error, "The catalogue could not be looked at");
                },
                () = stop.cancelled() => {
                    let broken_off = self.store.end_refresh(&self.name, Looked::BrokenOff, self.now());
                    if let Err(error) = broken_off.await {
                        tracing::warn!(%error, "A look at the catalogue is left to its lease");
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(BETWEEN_LOOKS) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Follows a new edition of another process, and looks for one on GitHub if that is due.
    /// True if it was.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn look_at_catalog(&self) -> Result<bool, CrawlError> {
        self.catalog.follow(&self.store).await?;
        let Some(source) = &self.catalog_source else { return Ok(false) };
        let Some(client) = self.catalog_client(source).await? else { return Ok(false) };
        let claimed = self.store.claim_refresh(&self.name, LEASE, self.now()).await?;
        let Some(failures) = claimed else { return Ok(false) };
        match self.look(source, &client, failures).await {
            Ok(None) => {}
            Ok(Some(_)) => self.store.queue_rescoring(Trigger::Schedule, self.now()).await?,
            Err(error) => tracing::warn!(%error, "The catalogue could not be refreshed"),
        }
        Ok(true)
    }

    /// Looks for a new edition on GitHub now, for a person who waits; none if there is none.
    /// What is stored is still to be scored by it.
    ///
    /// # Errors
    /// One sentence for people.
    pub async fn refresh_catalog_at_once(&self) -> Result<Option<Successor>, CrawlError> {
        let source = self.catalog_source.as_ref().ok_or(CrawlError::NoCatalog)?;
        let client = self.catalog_client(source).await?.ok_or(GithubError::NoToken)?;
        self.store.want_refresh(&Actor::command_line(), self.now()).await?;
        let claimed = self.store.claim_refresh(&self.name, LEASE, self.now()).await?;
        let failures = claimed.ok_or(CrawlError::CatalogIsLookedAt)?;
        self.look(source, &client, failures).await
    }

    /// One look, which is written down however it ends.
    async fn look(
        &self,
        source: &CatalogSource,
        client: &Client,
        failures: u32,
    ) -> Result<Option<Successor>, CrawlError> {
        let looked = tokio::time::timeout(TIME_LIMIT, self.refresh(source, client)).await;
        let too_long = || GithubError::Unreachable("it took too long".to_owned());
        let looked = looked.unwrap_or_else(|_| Err(too_long().into()));
        let failure = looked.as_ref().err().map(CrawlError::to_string);
        let ended = match &failure {
            None => Looked::Well(A_DAY),
            Some(reason) => Looked::Badly(reason, pause_after(failures)),
        };
        self.store.end_refresh(&self.name, ended, self.now()).await?;
        looked
    }

    /// What is new on GitHub, which is the present edition from now on.
    async fn refresh(
        &self,
        source: &CatalogSource,
        client: &Client,
    ) -> Result<Option<Successor>, CrawlError> {
        let now = self.now();
        let Some(new) = source.repository.successor(&self.store, client, now).await? else {
            return Ok(None);
        };
        let is_kept = new.keep(&self.store, now).await?;
        self.catalog.follow(&self.store).await?;
        Ok(is_kept.then_some(new))
    }

    /// The client of the token for all, else that of any organization.
    async fn catalog_client(&self, source: &CatalogSource) -> Result<Option<Client>, CrawlError> {
        if let Some(client) = &source.general {
            return Ok(Some(client.clone()));
        }
        let organizations = self.store.organizations().await?;
        let real = organizations.iter().filter(|it| !it.is_sample);
        Ok(real.filter_map(|it| (self.clients)(&it.login)).next())
    }
}

fn pause_after(failures: u32) -> TimeDelta {
    let doubled = AFTER_FAILURE * 2_i32.saturating_pow(failures.min(10));
    doubled.min(A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_day() {
        let hours: Vec<i64> = (0..8).map(|it| pause_after(it).num_hours()).collect();
        assert_eq!(hours, [1, 2, 4, 8, 16, 24, 24, 24]);
        assert_eq!(pause_after(u32::MAX).num_hours(), 24);
    }
}
