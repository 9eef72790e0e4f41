//! Scores stored contents again after the rules, the catalogue or a policy changed, without
//! asking GitHub for anything.

use std::sync::Arc;

use checklist::{Catalog, Policy};
use store::{EngineVersion, NewBlob, OrganizationId, Store, StoredBlob};

use crate::contents::{Unscored, score};
use crate::context::{Clock, Context};
use crate::{CrawlError, Worker, engine_version, history};

const AT_ONCE: i64 = 200;

/// One organization's stored contents, and by what they are to be scored.
struct Rescoring<'a> {
    store: &'a Store,
    organization: OrganizationId,
    catalog: &'a Arc<Catalog>,
    version: &'a EngineVersion,
    clock: &'a Clock,
}

/// Brings every stored verdict of the organization to the present rules, catalogue and policy.
/// Costs one look where nothing changed.
pub(crate) async fn bring_up_to_date(context: &Context<'_>) -> Result<(), CrawlError> {
    let rescoring = Rescoring {
        store: context.store,
        organization: context.organization.id,
        catalog: &context.catalog,
        version: &context.version,
        clock: context.clock,
    };
    rescoring.run().await?;
    Ok(())
}

/// The same between two crawls, after the catalogue changed. Gives how many repositories
/// held anything older.
pub(crate) async fn by_present_catalog(
    worker: &Worker,
    organization: OrganizationId,
) -> Result<usize, CrawlError> {
    let Worker { store, clock, .. } = worker;
    worker.catalog.follow(store).await?;
    let catalog = &worker.catalog.now();
    let version = engine_version(catalog);
    let rescoring = Rescoring { store, organization, catalog, version: &version, clock };
    let repositories = rescoring.run().await?;
    if repositories > 0 {
        store.finish_rescoring(organization, &version, clock()).await?;
    }
    history::queue_if_needed(worker, organization).await;
    Ok(repositories)
}

impl Rescoring<'_> {
    async fn run(&self) -> Result<usize, CrawlError> {
        let Self { store, organization, catalog, version, clock } = *self;
        store.refresh_policies(organization).await?;
        loop {
            let unscored = store.unscored_blobs(organization, version, AT_ONCE).await?;
            if unscored.is_empty() {
                break;
            }
            let unscored = unscored.into_iter().map(unscored_blob).collect();
            let reports = score(catalog, unscored).await;
            store.save_reports(&reports, version, clock()).await?;
        }
        let readings = store.outdated_readings(organization, version).await?;
        for reading in &readings {
            store.save_reading(reading, clock()).await?;
        }
        Ok(readings.len())
    }
}

/// A stored content as one to score.
pub(crate) fn unscored_blob(stored: StoredBlob) -> Unscored {
    let StoredBlob { sha, kind, policy, content } = stored;
    let byte_size = content.as_ref().map_or(0, |it| u64::try_from(it.len()).unwrap_or(u64::MAX));
    let policy = Policy::of_text(&policy);
    Unscored { blob: NewBlob { sha, byte_size, content }, kinds: vec![kind], policy }
}
