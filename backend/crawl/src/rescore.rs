//! Scores stored contents again after the rules, the catalogue or a policy changed, without
//! asking GitHub for anything.

use checklist::Policy;
use store::{NewBlob, StoredBlob};

use crate::CrawlError;
use crate::contents::{Unscored, score};
use crate::context::Context;

const AT_ONCE: i64 = 200;

/// Brings every stored verdict of the organization to the present rules, catalogue and policy.
/// Costs one look where nothing changed.
pub(crate) async fn bring_up_to_date(context: &Context<'_>) -> Result<(), CrawlError> {
    let Context { store, version, .. } = context;
    let id = context.organization.id;
    store.refresh_policies(id).await?;
    loop {
        let unscored = store.unscored_blobs(id, version, AT_ONCE).await?;
        if unscored.is_empty() {
            break;
        }
        let unscored = unscored.into_iter().map(unscored_blob).collect();
        let reports = score(context.catalog, unscored).await;
        store.save_reports(&reports, version, context.now()).await?;
    }
    for reading in store.outdated_readings(id, version).await? {
        store.save_reading(&reading, context.now()).await?;
    }
    Ok(())
}

/// A stored content as one to score.
pub(crate) fn unscored_blob(stored: StoredBlob) -> Unscored {
    let StoredBlob { sha, kind, policy, content } = stored;
    let byte_size = content.as_ref().map_or(0, |it| u64::try_from(it.len()).unwrap_or(u64::MAX));
    let policy = Policy::of_text(&policy);
    Unscored { blob: NewBlob { sha, byte_size, content }, kinds: vec![kind], policy }
}
