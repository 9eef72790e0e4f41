//! What repositories hold at their heads: compared with what was read last where that is
//! possible, read whole where not.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt as _, stream};
use github::{CommitFacts, Compared, GithubError, Tree};
use names::{RepositoryId, TreeSha};
use store::{CrawlFailure, PresentFile};

use crate::CrawlError;
use crate::context::Context;
use crate::difference::{applied, known_file};
use crate::links::Linked;
use crate::listing::Changed;
use crate::select::{FoundFile, files_to_read, may_be_read};

/// Repositories compared together: the directories of one level in two queries.
const COMPARED_TOGETHER: usize = 100;
const AT_ONCE: usize = 8;
/// Trees that the store is asked about together.
const TREES_TOGETHER: usize = 500;

/// What a repository holds at its head.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) committed_at: DateTime<Utc>,
    pub(crate) tree: TreeSha,
    pub(crate) files: Vec<FoundFile>,
    /// Links that may lead to more files.
    pub(crate) linked: Option<Linked>,
    pub(crate) has_links: bool,
}

/// A repository, and what it holds or why that could not be seen.
pub(crate) type Look = (Changed, Result<Snapshot, GithubError>);

enum Task {
    Compare(Vec<Changed>),
    Read(Changed),
    /// Another repository was read with the same tree.
    Copy(Changed, Snapshot),
}

/// Looks at every changed repository, in any order.
///
/// # Errors
/// In the stream: what stops everything. What is one repository's own is in its look.
pub(crate) async fn looks<'a>(
    context: &'a Context<'_>,
    changed: Vec<Changed>,
) -> Result<impl Stream<Item = Result<Vec<Look>, CrawlError>> + 'a, CrawlError> {
    let (known, mut unknown): (Vec<_>, Vec<_>) =
        changed.into_iter().partition(|it| it.before.is_some());
    fill_facts(context, &mut unknown).await?;
    let mut tasks: Vec<Task> = Vec::new();
    let mut known = known.into_iter().peekable();
    while known.peek().is_some() {
        tasks.push(Task::Compare(known.by_ref().take(COMPARED_TOGETHER).collect()));
    }
    tasks.extend(first_sights(context, unknown).await?);
    Ok(stream::iter(tasks).map(move |it| perform(context, it)).buffer_unordered(AT_ONCE))
}

async fn perform(context: &Context<'_>, task: Task) -> Result<Vec<Look>, CrawlError> {
    match task {
        Task::Compare(changed) => compare(context, changed).await,
        Task::Read(changed) => Ok(vec![read(context, changed).await?]),
        Task::Copy(changed, snapshot) => Ok(vec![(changed, Ok(snapshot))]),
    }
}

/// What to do about repositories that are read whole: nothing is asked of GitHub where
/// the very same tree was read before, in whichever repository.
async fn first_sights(
    context: &Context<'_>,
    changed: Vec<Changed>,
) -> Result<Vec<Task>, CrawlError> {
    let mut tasks = Vec::with_capacity(changed.len());
    for some in changed.chunks(TREES_TOGETHER) {
        let trees: Vec<TreeSha> =
            some.iter().filter_map(|it| Some(it.facts.as_ref()?.tree.clone())).collect();
        let known = context.store.files_of_trees(&trees).await?;
        tasks.extend(some.iter().map(|it| match twin(it, &known) {
            Some(snapshot) => Task::Copy(it.clone(), snapshot),
            None => Task::Read(it.clone()),
        }));
    }
    Ok(tasks)
}

fn twin(changed: &Changed, known: &HashMap<TreeSha, Vec<PresentFile>>) -> Option<Snapshot> {
    let CommitFacts { committed_at, tree } = changed.facts.clone()?;
    let files = known.get(&tree)?.iter().cloned().filter_map(known_file).collect();
    Some(Snapshot { committed_at, tree, files, linked: None, has_links: false })
}

/// The heads' facts where the listing did not bring them, many in one query. What is
/// missing all the same is told by the tree instead.
async fn fill_facts(context: &Context<'_>, changed: &mut [Changed]) -> Result<(), CrawlError> {
    let login = &context.organization.login;
    let mut without: Vec<&mut Changed> =
        changed.iter_mut().filter(|it| it.facts.is_none()).collect();
    let wanted: Vec<_> = without.iter().map(|it| (it.name.clone(), it.head.clone())).collect();
    match context.patiently(|| context.client.commits(login, &wanted)).await {
        Ok(found) => {
            for (changed, found) in without.iter_mut().zip(found) {
                changed.facts = found.ok().flatten();
            }
            Ok(())
        }
        Err(error) if error.stops_everything() => Err(error.into()),
        Err(_) => Ok(()),
    }
}

/// Compares repositories with what was read last; those that cannot be compared are read.
async fn compare(context: &Context<'_>, changed: Vec<Changed>) -> Result<Vec<Look>, CrawlError> {
    let ids: Vec<RepositoryId> = changed.iter().map(|it| it.id).collect();
    let mut present = context.store.present_files(&ids).await?;
    let compared: Vec<Compared> = changed.iter().filter_map(compared).collect();
    let login = &context.organization.login;
    let ask = || context.client.differences(login, &compared, &may_be_read);
    let found = match context.patiently(ask).await {
        Ok(found) => found,
        Err(error) if error.stops_everything() => return Err(error.into()),
        Err(error) => return Ok(changed.into_iter().map(|it| (it, Err(error.clone()))).collect()),
    };
    let mut looks = Vec::with_capacity(changed.len());
    for (changed, found) in changed.into_iter().zip(found) {
        let files: Vec<PresentFile> = present.remove(&changed.id).unwrap_or_default();
        let snapshot = found.map(|it| it.and_then(|difference| applied(files, difference)));
        looks.push(match snapshot {
            Ok(Some(snapshot)) => (changed, Ok(snapshot)),
            Ok(None) => read(context, changed).await?,
            Err(error) => (changed, Err(error)),
        });
    }
    Ok(looks)
}

fn compared(changed: &Changed) -> Option<Compared> {
    Some(Compared {
        repository: changed.name.clone(),
        before: changed.before.clone()?,
        head: changed.head.clone(),
    })
}

/// Reads a repository whole: its own failure is a value, what stops everything an error.
async fn read(context: &Context<'_>, changed: Changed) -> Result<Look, CrawlError> {
    match snapshot(context, &changed).await {
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

async fn snapshot(context: &Context<'_>, changed: &Changed) -> Result<Snapshot, LookError> {
    let login = &context.organization.login;
    let Changed { name, head: sha, .. } = changed;
    let tree = context.patiently(|| context.client.tree(login, name, sha)).await?;
    note_unread_directories(context, changed, &tree).await?;
    let (files, links) = files_to_read(&tree);
    let (committed_at, sha) = match &changed.facts {
        Some(facts) => (facts.committed_at, facts.tree.clone()),
        None => (changed.pushed_at.unwrap_or_else(|| context.now()), tree.sha),
    };
    let has_links = !links.is_empty();
    let linked = has_links.then_some(Linked { entries: tree.entries, links });
    Ok(Snapshot { committed_at, tree: sha, files, linked, has_links })
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
        let failure = CrawlFailure { repository: Some(changed.id), path, reason };
        context.record(failure).await.map_err(CrawlError::from)?;
    }
    Ok(())
}
