//! Reading what changed: trees, then contents, then one transaction a repository.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use github::{CommitFacts, Found, GithubError, Tree};
use names::{FilePath, RepoName, TreeSha};
use store::{CrawlFailure, ReadContent, ReadFile, RepositoryReading};

use crate::CrawlError;
use crate::contents::{Unavailable, provide};
use crate::context::Context;
use crate::links::Links;
use crate::listing::Changed;
use crate::select::{FoundContent, FoundFile, container_files};

/// Repositories read together: one query tells the facts of all their heads. Whatever
/// a crawl loses when it is killed is at most one such group.
const GROUP: usize = 100;
const TREES_AT_ONCE: usize = 8;
const SAVES_AT_ONCE: usize = 4;
/// A group of at least this many, none of which could be reached, ends the crawl.
const TELLING_GROUP: usize = 3;

/// What a repository holds at its head.
struct Snapshot<'a> {
    changed: &'a Changed,
    committed_at: DateTime<Utc>,
    tree: TreeSha,
    files: Vec<FoundFile>,
}

/// A repository, and what it holds or why that could not be seen.
type Look<'a> = (&'a Changed, Result<Snapshot<'a>, GithubError>);

/// Reads every changed repository. Gives the oldest push of those that failed for a
/// reason that may pass.
pub(crate) async fn read(
    context: &Context<'_>,
    changed: &[Changed],
) -> Result<Option<DateTime<Utc>>, CrawlError> {
    let mut unread_since: Option<DateTime<Utc>> = None;
    for group in changed.chunks(GROUP) {
        let passing = read_group(context, group).await?;
        unread_since = passing.into_iter().chain(unread_since).min();
    }
    Ok(unread_since)
}

/// Reads a group, and gives the last pushes of those that may be read another time.
async fn read_group(
    context: &Context<'_>,
    group: &[Changed],
) -> Result<Vec<DateTime<Utc>>, CrawlError> {
    let heads = heads(context, group).await?;
    let looks: Vec<_> = group.iter().zip(heads).map(|(it, head)| look(context, it, head)).collect();
    let looks: Vec<Look<'_>> =
        stream::iter(looks).buffer_unordered(TREES_AT_ONCE).try_collect().await?;
    stop_if_unreachable(&looks)?;

    let unavailable = provide(context, &files_of(&looks)).await?;
    let settled: Vec<_> = looks
        .into_iter()
        .map(|(changed, look)| {
            let reading = look.and_then(|it| reading(context, it, &unavailable));
            settle(context, changed, reading)
        })
        .collect();
    let passing: Vec<Option<DateTime<Utc>>> =
        stream::iter(settled).buffer_unordered(SAVES_AT_ONCE).try_collect().await?;
    Ok(passing.into_iter().flatten().collect())
}

fn files_of<'a>(looks: &'a [Look<'a>]) -> Vec<(&'a RepoName, &'a FoundFile)> {
    let snapshots = looks.iter().filter_map(|(_, it)| it.as_ref().ok());
    snapshots.flat_map(|it| it.files.iter().map(|file| (&it.changed.name, file))).collect()
}

/// The facts of all heads in one query. What is missing is told by the tree instead.
async fn heads(
    context: &Context<'_>,
    group: &[Changed],
) -> Result<Vec<Option<CommitFacts>>, CrawlError> {
    let wanted: Vec<_> = group.iter().map(|it| (it.name.clone(), it.head.clone())).collect();
    let login = &context.organization.login;
    match context.patiently(|| context.client.commits(login, &wanted)).await {
        Ok(found) => Ok(found.into_iter().map(Found::ok).map(Option::flatten).collect()),
        Err(error) if error.stops_everything() => Err(error.into()),
        Err(_) => Ok(vec![None; group.len()]),
    }
}

/// Looks at one repository: its own failure is a value, what stops everything an error.
async fn look<'a>(
    context: &Context<'_>,
    changed: &'a Changed,
    head: Option<CommitFacts>,
) -> Result<Look<'a>, CrawlError> {
    match snapshot(context, changed, head).await {
        Err(LookError::Github(error)) if error.stops_everything() => Err(error.into()),
        Err(LookError::Github(error)) => Ok((changed, Err(error))),
        Err(LookError::Crawl(error)) => Err(error),
        Ok(snapshot) => Ok((changed, Ok(snapshot))),
    }
}

enum LookError {
    Github(GithubError),
    Crawl(CrawlError),
}

impl From<GithubError> for LookError {
    fn from(error: GithubError) -> Self {
        Self::Github(error)
    }
}

impl From<CrawlError> for LookError {
    fn from(error: CrawlError) -> Self {
        Self::Crawl(error)
    }
}

async fn snapshot<'a>(
    context: &Context<'_>,
    changed: &'a Changed,
    head: Option<CommitFacts>,
) -> Result<Snapshot<'a>, LookError> {
    let login = &context.organization.login;
    let Changed { name, head: sha, .. } = changed;
    let tree = context.patiently(|| context.client.tree(login, name, sha)).await?;
    note_unread_directories(context, changed, &tree).await?;
    let (mut files, links) = container_files(&tree);
    let follower = Links::new(&context.client, login, name, &tree);
    for link in &links {
        match context.patiently(|| follower.follow(link)).await? {
            Ok(file) => files.push(file),
            Err(reason) => record(context, changed, Some(link.path.clone()), reason).await?,
        }
    }
    let (committed_at, tree) = match head {
        Some(facts) => (facts.committed_at, facts.tree),
        None => (changed.pushed_at.unwrap_or_else(|| context.now()), tree.sha.clone()),
    };
    Ok(Snapshot { changed, committed_at, tree, files })
}

/// A directory that may be read another time fails the repository: its Dockerfiles
/// must not seem removed. One that never can be read is recorded.
async fn note_unread_directories(
    context: &Context<'_>,
    changed: &Changed,
    tree: &Tree,
) -> Result<(), LookError> {
    for (directory, error) in &tree.unread_directories {
        if error.is_passing() {
            return Err(error.clone().into());
        }
        let path = directory.parse().ok();
        let reason = format!("this directory could not be read: {error}");
        record(context, changed, path, reason).await?;
    }
    Ok(())
}

async fn record(
    context: &Context<'_>,
    changed: &Changed,
    path: Option<FilePath>,
    reason: String,
) -> Result<(), CrawlError> {
    let failure = CrawlFailure { repository: Some(changed.id), path, reason };
    Ok(context.record(failure).await?)
}

fn stop_if_unreachable(looks: &[Look<'_>]) -> Result<(), CrawlError> {
    let mut unreachable = looks.iter().filter_map(|(_, it)| match it {
        Err(error @ GithubError::Unreachable(_)) => Some(error),
        Ok(_) | Err(_) => None,
    });
    match unreachable.next() {
        Some(error) if looks.len() >= TELLING_GROUP && unreachable.count() + 1 == looks.len() => {
            Err(error.clone().into())
        }
        _ => Ok(()),
    }
}

/// The reading to save. A content that may be had another time fails the repository;
/// one that never can is unknown with its reason.
fn reading(
    context: &Context<'_>,
    snapshot: Snapshot<'_>,
    unavailable: &Unavailable,
) -> Result<RepositoryReading, GithubError> {
    let Snapshot { changed, committed_at, tree, files } = snapshot;
    let files: Result<_, _> = files.into_iter().map(|it| read_file(it, unavailable)).collect();
    Ok(RepositoryReading {
        repository: changed.id,
        head: changed.head.clone(),
        tree,
        head_committed_at: committed_at,
        files: files?,
        version: context.version.clone(),
    })
}

fn read_file(file: FoundFile, unavailable: &Unavailable) -> Result<ReadFile, GithubError> {
    let FoundFile { path, kind, content } = file;
    let content = match content {
        FoundContent::Unread(reason) => ReadContent::Unread(reason),
        FoundContent::Blob { sha, .. } => match unavailable.get(&sha) {
            Some(error) if error.is_passing() => return Err(error.clone()),
            Some(error) => ReadContent::Unread(error.to_string()),
            None => ReadContent::Scored(sha),
        },
    };
    let excluded_by = checklist::scope::excluded_by(path.as_str()).map(str::to_owned);
    Ok(ReadFile { path, kind, content, excluded_by })
}

/// Saves a reading, or records why there is none; gives the repository's last push if
/// the reason may pass.
async fn settle(
    context: &Context<'_>,
    changed: &Changed,
    reading: Result<RepositoryReading, GithubError>,
) -> Result<Option<DateTime<Utc>>, CrawlError> {
    match reading {
        Ok(reading) => {
            context.store.save_reading(&reading, context.now()).await?;
            let dockerfiles = u32::try_from(reading.files.len()).unwrap_or(u32::MAX);
            let step = |counts: &mut store::CrawlCounts| {
                counts.repositories_read += 1;
                counts.dockerfiles = counts.dockerfiles.saturating_add(dockerfiles);
            };
            context.count(step).await?;
            Ok(None)
        }
        Err(error) => {
            let reason = error.to_string();
            context.store.set_unreadable(changed.id, &reason).await?;
            record(context, changed, None, reason).await?;
            context.count(|counts| counts.repositories_failed += 1).await?;
            Ok(changed.pushed_at.filter(|_| error.is_passing()))
        }
    }
}
