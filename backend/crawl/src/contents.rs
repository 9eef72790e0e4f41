//! Contents: fetched once, scored once, whoever has them.

use std::collections::{BTreeMap, HashMap};

use checklist::{Catalog, Policy, Report, SIZE_LIMIT, SourceFile};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use github::{Blob, GithubError, WantedBlob};
use names::{BlobSha, RepoName};
use store::{FileKind, NewBlob, NewReport};

use crate::CrawlError;
use crate::context::Context;
use crate::select::{FoundContent, FoundFile, too_large};

/// Blobs a query; GitHub takes no more aliases well.
const BATCH: usize = 100;
const BATCHES_AT_ONCE: usize = 4;

/// Contents that could not be had, each with the reason.
pub(crate) type Unavailable = HashMap<BlobSha, GithubError>;

/// A content to score, once for each kind of name that it goes by.
pub(crate) struct Unscored {
    pub(crate) blob: NewBlob,
    pub(crate) kinds: Vec<FileKind>,
}

struct Wanted<'a> {
    repository: &'a RepoName,
    size: Option<u64>,
    kinds: Vec<FileKind>,
}

/// Sees to it that every content of these files is stored and scored by the present
/// rules; gives those that could not be had.
pub(crate) async fn provide(
    context: &Context<'_>,
    files: &[(&RepoName, &FoundFile)],
) -> Result<Unavailable, CrawlError> {
    let mut wanted = wanted(files);
    drop_scored(context, &mut wanted).await?;
    let stored: Vec<BlobSha> = wanted.keys().cloned().collect();
    let stored = context.store.known_blobs(&stored).await?;
    let stored: Vec<Unscored> = stored
        .into_iter()
        .filter_map(|blob| {
            let kinds = wanted.remove(&blob.sha)?.kinds;
            Some(Unscored { blob, kinds })
        })
        .collect();
    save_scored(context, stored).await?;
    fetch(context, wanted).await
}

fn wanted<'a>(files: &[(&'a RepoName, &'a FoundFile)]) -> BTreeMap<BlobSha, Wanted<'a>> {
    let mut wanted: BTreeMap<BlobSha, Wanted<'a>> = BTreeMap::new();
    for (repository, file) in files {
        let FoundContent::Blob { sha, size } = &file.content else { continue };
        let new = || Wanted { repository, size: *size, kinds: Vec::new() };
        let entry = wanted.entry(sha.clone()).or_insert_with(new);
        if !entry.kinds.contains(&file.kind) {
            entry.kinds.push(file.kind);
        }
    }
    wanted
}

async fn drop_scored(
    context: &Context<'_>,
    wanted: &mut BTreeMap<BlobSha, Wanted<'_>>,
) -> Result<(), CrawlError> {
    let shas: Vec<BlobSha> = wanted.keys().cloned().collect();
    for (sha, kind) in context.store.known_reports(&shas, &context.version).await? {
        if let Some(entry) = wanted.get_mut(&sha) {
            entry.kinds.retain(|it| *it != kind);
        }
    }
    wanted.retain(|_, it| !it.kinds.is_empty());
    Ok(())
}

async fn fetch(
    context: &Context<'_>,
    wanted: BTreeMap<BlobSha, Wanted<'_>>,
) -> Result<Unavailable, CrawlError> {
    let mut wanted: Vec<_> = wanted.into_iter().collect();
    // Side by side, so that a query names each repository once.
    wanted.sort_by(|left, right| left.1.repository.cmp(right.1.repository));
    let batches: Vec<_> = wanted.chunks(BATCH).map(|it| fetch_batch(context, it)).collect();
    let failed: Vec<Unavailable> =
        stream::iter(batches).buffer_unordered(BATCHES_AT_ONCE).try_collect().await?;
    Ok(failed.into_iter().flatten().collect())
}

async fn fetch_batch(
    context: &Context<'_>,
    batch: &[(BlobSha, Wanted<'_>)],
) -> Result<Unavailable, CrawlError> {
    let wanted: Vec<WantedBlob> = batch
        .iter()
        .map(|(sha, it)| WantedBlob {
            repository: it.repository.clone(),
            sha: sha.clone(),
            size: it.size,
        })
        .collect();
    let login = &context.organization.login;
    let blobs = match context.patiently(|| context.client.blobs(login, &wanted)).await {
        Ok(blobs) => blobs,
        Err(error) if error.stops_everything() => return Err(error.into()),
        Err(error) => {
            return Ok(batch.iter().map(|(sha, _)| (sha.clone(), error.clone())).collect());
        }
    };
    let kinds: HashMap<&BlobSha, &Vec<FileKind>> =
        batch.iter().map(|(sha, it)| (sha, &it.kinds)).collect();
    let mut unavailable = Unavailable::new();
    let mut fetched = Vec::new();
    for Blob { sha, content } in blobs {
        match content {
            Ok(bytes) => {
                let kinds = kinds.get(&sha).map(|it| (*it).clone()).unwrap_or_default();
                fetched.push(Unscored { blob: new_blob(sha, bytes), kinds });
            }
            Err(error) => drop(unavailable.insert(sha, error)),
        }
    }
    let count = u32::try_from(fetched.len()).unwrap_or(u32::MAX);
    save_scored(context, fetched).await?;
    context.count(|it| it.blobs_fetched = it.blobs_fetched.saturating_add(count)).await?;
    Ok(unavailable)
}

/// The tree may not have said how large a file is; then it turns out here.
fn new_blob(sha: BlobSha, bytes: Vec<u8>) -> NewBlob {
    let byte_size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let content = (bytes.len() <= SIZE_LIMIT).then_some(bytes);
    NewBlob { sha, byte_size, content }
}

async fn save_scored(context: &Context<'_>, unscored: Vec<Unscored>) -> Result<(), CrawlError> {
    if unscored.is_empty() {
        return Ok(());
    }
    let blobs: Vec<NewBlob> = unscored.iter().map(|it| it.blob.clone()).collect();
    let reports = score(context.catalog, unscored).await;
    context.store.save_blobs(&blobs, context.now()).await?;
    context.store.save_reports(&reports, &context.version, context.now()).await?;
    Ok(())
}

/// Scores contents away from the threads that wait for the network. Reading a file is
/// total; should the engine fail on one all the same, that file alone is unknown.
pub(crate) async fn score(catalog: &'static Catalog, unscored: Vec<Unscored>) -> Vec<NewReport> {
    let mut reports = Vec::with_capacity(unscored.len());
    for Unscored { blob, kinds } in unscored {
        let sha = blob.sha.clone();
        let checked = tokio::task::spawn_blocking({
            let kinds = kinds.clone();
            move || kinds.iter().map(|it| report(catalog, &blob, *it)).collect::<Vec<_>>()
        });
        let checked = checked.await.unwrap_or_else(|error| {
            tracing::error!(blob = %sha, %error, "The engine failed on a file");
            let unread = || checklist::unread("Drydock failed on this file; please report it");
            kinds.iter().map(|_| unread()).collect()
        });
        let reports_of = kinds.into_iter().zip(checked);
        reports.extend(reports_of.map(|(kind, report)| NewReport {
            blob: sha.clone(),
            kind,
            report,
        }));
    }
    reports
}

fn report(catalog: &Catalog, blob: &NewBlob, kind: FileKind) -> Report {
    let Some(bytes) = &blob.content else {
        return checklist::unread(&too_large(blob.byte_size));
    };
    let kind = match kind {
        FileKind::Dockerfile => checklist::FileKind::Dockerfile,
        FileKind::Template => checklist::FileKind::Template,
    };
    checklist::check(&SourceFile { kind, bytes }, catalog, &Policy::default())
}
