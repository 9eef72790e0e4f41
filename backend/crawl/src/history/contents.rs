//! The contents of past versions: a blob that is stored is never fetched again, one that
//! is scored never scored again.

use std::collections::{BTreeMap, HashMap, HashSet};

use checklist::SIZE_LIMIT;
use github::{Blob, GithubError, WantedBlob};
use names::BlobSha;
use store::{FileKind, NewBlob};

use super::Past;
use super::versions::Reading;
use crate::CrawlError;
use crate::contents::{Unscored, new_blob, score};

/// Blobs a query.
const BATCH: usize = 100;

/// A content, and the kinds of names that it goes by and is not scored under.
type Wanted<'a> = BTreeMap<&'a BlobSha, (&'a WantedBlob, HashSet<FileKind>)>;

/// Sees to it that every content of these pasts is stored and scored by the present
/// rules; gives those that could not be had. What is too large to be read is left out.
pub(super) async fn provide(
    past: &Past<'_>,
    readings: &[Reading],
) -> Result<HashMap<BlobSha, GithubError>, CrawlError> {
    let store = &past.worker.store;
    let mut wanted = wanted(readings);
    let shas: Vec<BlobSha> = wanted.keys().map(|it| (*it).clone()).collect();
    for (sha, kind) in store.known_reports(&shas, &past.version, &past.policy.text()).await? {
        if let Some((_, kinds)) = wanted.get_mut(&sha) {
            kinds.remove(&kind);
        }
    }
    wanted.retain(|_, (_, kinds)| !kinds.is_empty());
    let shas: Vec<BlobSha> = wanted.keys().map(|it| (*it).clone()).collect();
    let known = store.known_blobs(&shas).await?;
    let known: Vec<Unscored> =
        known.into_iter().filter_map(|it| take(past, &mut wanted, it)).collect();
    save_scored(past, known).await?;
    fetch(past, wanted).await
}

fn wanted(readings: &[Reading]) -> Wanted<'_> {
    let limit = u64::try_from(SIZE_LIMIT).unwrap_or(u64::MAX);
    let mut wanted = Wanted::new();
    for reading in readings {
        for blob in reading.blobs.iter().filter(|it| it.size.is_none_or(|size| size <= limit)) {
            let new = || (blob, HashSet::new());
            wanted.entry(&blob.sha).or_insert_with(new).1.insert(reading.history.kind);
        }
    }
    wanted
}

fn take(past: &Past<'_>, wanted: &mut Wanted<'_>, blob: NewBlob) -> Option<Unscored> {
    let (_, kinds) = wanted.remove(&blob.sha)?;
    Some(Unscored { blob, kinds: kinds.into_iter().collect(), policy: past.policy.clone() })
}

async fn fetch(
    past: &Past<'_>,
    mut wanted: Wanted<'_>,
) -> Result<HashMap<BlobSha, GithubError>, CrawlError> {
    let mut all: Vec<WantedBlob> = wanted.values().map(|(blob, _)| (*blob).clone()).collect();
    // Side by side, so that a query names each repository once.
    all.sort_by(|left, right| left.repository.cmp(&right.repository));
    let mut unavailable = HashMap::new();
    for batch in all.chunks(BATCH) {
        let blobs = past.client.blobs(&past.organization.login, batch).await?;
        let mut fetched = Vec::with_capacity(blobs.len());
        for Blob { sha, content } in blobs {
            match content {
                Ok(bytes) => fetched.extend(take(past, &mut wanted, new_blob(sha, bytes))),
                Err(error) => drop(unavailable.insert(sha, error)),
            }
        }
        save_scored(past, fetched).await?;
    }
    Ok(unavailable)
}

async fn save_scored(past: &Past<'_>, unscored: Vec<Unscored>) -> Result<(), CrawlError> {
    if unscored.is_empty() {
        return Ok(());
    }
    let (store, now) = (&past.worker.store, (past.worker.clock)());
    let blobs: Vec<NewBlob> = unscored.iter().map(|it| it.blob.clone()).collect();
    let reports = score(&past.catalog, unscored).await;
    store.save_blobs(&blobs, now).await?;
    store.save_reports(&reports, &past.version, now).await?;
    Ok(())
}
