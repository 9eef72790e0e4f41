//! Contents: fetched once, scored once, whoever has them.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use checklist::{Catalog, Policy, Report, SIZE_LIMIT, SourceFile};
use github::{Blob, GithubError, WantedBlob};
use names::{BlobSha, RepoName};
use store::{FileKind, NewBlob, NewReport};

use crate::CrawlError;
use crate::context::Context;
use crate::owners;
use crate::select::{FoundContent, FoundFile, FoundKind, too_large};

/// Blobs a query; GitHub takes no more aliases well.
const BATCH: usize = 100;

/// A content to score, once for each kind of name that it goes by; one that has the name of
/// a settings file only, not at all.
pub(crate) struct Unscored {
    pub(crate) blob: NewBlob,
    pub(crate) kinds: Vec<FileKind>,
    pub(crate) policy: Policy,
}

struct Wanted {
    repository: RepoName,
    size: Option<u64>,
    kinds: Vec<FileKind>,
    /// Its place in the order of asking.
    turn: u64,
}

/// Contents that are still to be fetched, and those that could not be had.
#[derive(Default)]
pub(crate) struct Contents {
    wanted: HashMap<BlobSha, Wanted>,
    /// The wanted ones in the order in which they were.
    order: BTreeMap<u64, BlobSha>,
    unavailable: HashMap<BlobSha, GithubError>,
    turns: u64,
}

impl Contents {
    /// Sees to it that these files' contents will be stored and scored by the present
    /// rules: those that are not stored yet wait to be fetched.
    pub(crate) async fn want(
        &mut self,
        context: &Context<'_>,
        files: &[(&RepoName, &FoundFile)],
    ) -> Result<(), CrawlError> {
        let mut unscored = unscored(context, files).await?;
        unscored.retain(|sha, _| !self.unavailable.contains_key(sha));
        let shas: Vec<BlobSha> = unscored.keys().cloned().collect();
        let stored = context.store.known_blobs(&shas).await?;
        let stored = stored.into_iter().filter_map(|blob| {
            let kinds = unscored.remove(&blob.sha)?.kinds;
            let policy = context.policy();
            (!kinds.is_empty()).then_some(Unscored { blob, kinds, policy })
        });
        save_scored(context, stored.collect()).await?;
        for (sha, wanted) in unscored {
            self.add(sha, wanted);
        }
        Ok(())
    }

    fn add(&mut self, sha: BlobSha, wanted: Wanted) {
        match self.wanted.entry(sha) {
            Entry::Occupied(mut known) => {
                let kinds = &mut known.get_mut().kinds;
                for kind in wanted.kinds {
                    if !kinds.contains(&kind) {
                        kinds.push(kind);
                    }
                }
            }
            Entry::Vacant(free) => {
                self.turns += 1;
                self.order.insert(self.turns, free.key().clone());
                free.insert(Wanted { turn: self.turns, ..wanted });
            }
        }
    }

    /// Whether so many wait that one query is full.
    pub(crate) fn fill_a_query(&self) -> bool {
        self.wanted.len() >= BATCH
    }

    pub(crate) fn is_wanted(&self, sha: &BlobSha) -> bool {
        self.wanted.contains_key(sha)
    }

    /// Whether nothing waits to be fetched.
    pub(crate) fn is_complete(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Why a content could not be had; none if it could.
    pub(crate) fn refusal(&self, sha: &BlobSha) -> Option<&GithubError> {
        self.unavailable.get(sha)
    }

    /// Lets what failed for a passing reason be asked for anew.
    pub(crate) fn forgive(&mut self) {
        self.unavailable.retain(|_, error| !error.is_passing());
    }

    /// Fetches those that wait longest, as many as a query takes, and scores them.
    pub(crate) async fn fetch(&mut self, context: &Context<'_>) -> Result<(), CrawlError> {
        let first: Vec<BlobSha> = self.order.values().take(BATCH).cloned().collect();
        let mut batch = Vec::with_capacity(first.len());
        for sha in first {
            let Some(wanted) = self.wanted.remove(&sha) else { continue };
            self.order.remove(&wanted.turn);
            batch.push((sha, wanted));
        }
        // Side by side, so that a query names each repository once.
        batch.sort_by(|left, right| left.1.repository.cmp(&right.1.repository));
        let failed = fetch(context, &batch).await?;
        self.unavailable.extend(failed);
        Ok(())
    }
}

/// The contents of these files that no report of the present version and the organization's
/// policy speaks about, and those of settings files, which none ever does.
async fn unscored(
    context: &Context<'_>,
    files: &[(&RepoName, &FoundFile)],
) -> Result<HashMap<BlobSha, Wanted>, CrawlError> {
    let mut unscored: HashMap<BlobSha, Wanted> = HashMap::new();
    let mut settings: HashSet<&BlobSha> = HashSet::new();
    for (repository, file) in files {
        let FoundContent::Blob { sha, size } = &file.content else { continue };
        let (repository, size) = ((*repository).clone(), *size);
        let new = || Wanted { repository, size, kinds: Vec::new(), turn: 0 };
        let kinds = &mut unscored.entry(sha.clone()).or_insert_with(new).kinds;
        match file.kind {
            FoundKind::Container(kind) if kinds.contains(&kind) => {}
            FoundKind::Container(kind) => kinds.push(kind),
            FoundKind::Settings(_) => drop(settings.insert(sha)),
        }
    }
    let shas: Vec<BlobSha> = unscored.keys().cloned().collect();
    let policy = context.policy().text();
    for (sha, kind) in context.store.known_reports(&shas, &context.version, &policy).await? {
        if let Some(entry) = unscored.get_mut(&sha) {
            entry.kinds.retain(|it| *it != kind);
        }
    }
    unscored.retain(|sha, it| !it.kinds.is_empty() || settings.contains(sha));
    Ok(unscored)
}

/// Scores stored contents by a policy that is one repository's own; those that could not be
/// had are left out.
pub(crate) async fn score_by(
    context: &Context<'_>,
    policy: &Policy,
    mut wanted: HashMap<BlobSha, Vec<FileKind>>,
) -> Result<(), CrawlError> {
    let Context { store, version, .. } = context;
    let shas: Vec<BlobSha> = wanted.keys().cloned().collect();
    for (sha, kind) in store.known_reports(&shas, version, &policy.text()).await? {
        if let Some(kinds) = wanted.get_mut(&sha) {
            kinds.retain(|it| *it != kind);
        }
    }
    wanted.retain(|_, kinds| !kinds.is_empty());
    let shas: Vec<BlobSha> = wanted.keys().cloned().collect();
    let stored = store.known_blobs(&shas).await?.into_iter().filter_map(|blob| {
        let kinds = wanted.remove(&blob.sha)?;
        Some(Unscored { blob, kinds, policy: policy.clone() })
    });
    save_scored(context, stored.collect()).await
}

async fn fetch(
    context: &Context<'_>,
    batch: &[(BlobSha, Wanted)],
) -> Result<HashMap<BlobSha, GithubError>, CrawlError> {
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
    let mut failed = HashMap::new();
    let mut fetched = Vec::new();
    for Blob { sha, content } in blobs {
        match content {
            Ok(bytes) => {
                let kinds = kinds.get(&sha).map(|it| (*it).clone()).unwrap_or_default();
                let policy = context.policy();
                fetched.push(Unscored { blob: new_blob(sha, bytes), kinds, policy });
            }
            Err(error) => drop(failed.insert(sha, error)),
        }
    }
    let count = u32::try_from(fetched.len()).unwrap_or(u32::MAX);
    save_scored(context, fetched).await?;
    context.count(|it| it.blobs_fetched = it.blobs_fetched.saturating_add(count)).await?;
    Ok(failed)
}

/// The tree may not have said how large a file is; then it turns out here. No file that is
/// read may be larger than a `CODEOWNERS`.
pub(crate) fn new_blob(sha: BlobSha, bytes: Vec<u8>) -> NewBlob {
    let byte_size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let content = (bytes.len() <= owners::SIZE_LIMIT).then_some(bytes);
    NewBlob { sha, byte_size, content }
}

async fn save_scored(context: &Context<'_>, unscored: Vec<Unscored>) -> Result<(), CrawlError> {
    if unscored.is_empty() {
        return Ok(());
    }
    let blobs: Vec<NewBlob> = unscored.iter().map(|it| it.blob.clone()).collect();
    let reports = score(&context.catalog, unscored).await;
    context.store.save_blobs(&blobs, context.now()).await?;
    context.store.save_reports(&reports, &context.version, context.now()).await?;
    Ok(())
}

/// Scores contents away from the threads that wait for the network. Reading a file is
/// total; should the engine fail on one all the same, that file alone is unknown.
pub(crate) async fn score(catalog: &Arc<Catalog>, unscored: Vec<Unscored>) -> Vec<NewReport> {
    let mut reports = Vec::with_capacity(unscored.len());
    for Unscored { blob, kinds, policy } in unscored {
        let (sha, text) = (blob.sha.clone(), policy.text());
        let checked = tokio::task::spawn_blocking({
            let (kinds, catalog) = (kinds.clone(), Arc::clone(catalog));
            let report = move |kind: &FileKind| report(&catalog, &policy, &blob, *kind);
            move || kinds.iter().map(report).collect::<Vec<_>>()
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
            policy: text.clone(),
            report,
        }));
    }
    reports
}

fn report(catalog: &Catalog, policy: &Policy, blob: &NewBlob, kind: FileKind) -> Report {
    match &blob.content {
        Some(bytes) if bytes.len() <= SIZE_LIMIT => {
            checklist::check(&SourceFile { kind, bytes }, catalog, policy)
        }
        _ => checklist::unread(&too_large(blob.byte_size, SIZE_LIMIT)),
    }
}
