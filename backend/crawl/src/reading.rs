//! Reading what changed: looks at repositories on one side; on the other their contents
//! are fetched a full query at a time, and each repository is saved once all of its
//! contents are there.

use std::collections::HashSet;
use std::pin::pin;

use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt as _};
use github::GithubError;
use names::{FilePath, RepoName};
use store::CrawlFailure;
use tokio::sync::mpsc;

use crate::CrawlError;
use crate::contents::Contents;
use crate::context::Context;
use crate::links::{Linked, follow};
use crate::listing::Changed;
use crate::looks::{Look, Snapshot, looks};
use crate::saving::{reading, save};
use crate::select::{FoundContent, FoundFile};
use crate::settings::settings_of;

/// Looks that wait to be taken; the stream of trees pauses where there are more.
const WAITING: usize = 32;
/// Looks taken, and repositories saved, in one go.
const TOGETHER: usize = 64;
/// Repositories with links wait for each other, until they are so many or have so many
/// entries: what their links say is then asked for together.
const LINKED_TOGETHER: usize = 100;
const ENTRIES_TOGETHER: usize = 50_000;
/// So many repositories in a row, none of which could be reached, end the crawl.
const TELLING: usize = 8;
/// How often repositories that failed for a passing reason are read again in one crawl.
const ROUNDS: usize = 3;

/// Reads every changed repository. Gives the oldest push of those that failed for a
/// reason that may pass: the next cheap crawl begins there.
pub(crate) async fn read(
    context: &Context<'_>,
    changed: Vec<Changed>,
) -> Result<Option<DateTime<Utc>>, CrawlError> {
    let mut shelf = Shelf::default();
    // Those with the tree of another one come after it: what it holds is known by then.
    let (mut changed, twins) = without_twins(changed);
    for round in 0..=ROUNDS {
        shelf.is_last_round = round == ROUNDS;
        let looks = looks(context, std::mem::take(&mut changed)).await?;
        read_once(context, &mut shelf, looks).await?;
        changed = std::mem::take(&mut shelf.again);
        if round == 0 {
            changed.extend_from_slice(&twins);
        }
        if changed.is_empty() {
            break;
        }
        shelf.contents.forgive();
    }
    Ok(shelf.unread_since)
}

/// The repositories, and apart from them those whose tree an earlier one has.
fn without_twins(changed: Vec<Changed>) -> (Vec<Changed>, Vec<Changed>) {
    let mut seen = HashSet::new();
    let is_first = |it: &Changed| match &it.facts {
        Some(facts) if it.before.is_none() => seen.insert(facts.tree.clone()),
        Some(_) | None => true,
    };
    changed.into_iter().partition(is_first)
}

/// Looks and saves at once: while contents are fetched and saved, trees go on.
async fn read_once(
    context: &Context<'_>,
    shelf: &mut Shelf,
    looks: impl Stream<Item = Result<Vec<Look>, CrawlError>>,
) -> Result<(), CrawlError> {
    let (sender, mut receiver) = mpsc::channel::<Vec<Look>>(WAITING);
    let look = async move {
        let mut looks = pin!(looks);
        while let Some(look) = looks.next().await {
            // The other side ends early only with an error, which ends this side too.
            drop(sender.send(look?).await);
        }
        Ok::<(), CrawlError>(())
    };
    let save = async {
        let mut taken = Vec::with_capacity(TOGETHER);
        while receiver.recv_many(&mut taken, TOGETHER).await > 0 {
            shelf.take(context, taken.drain(..).flatten().collect()).await?;
            while shelf.contents.fill_a_query() {
                shelf.contents.fetch(context).await?;
            }
            shelf.save(context).await?;
        }
        shelf.follow_links(context).await?;
        while !shelf.contents.is_complete() {
            shelf.contents.fetch(context).await?;
        }
        shelf.save(context).await
    };
    tokio::try_join!(look, save)?;
    Ok(())
}

/// Repositories that were looked at and wait for their contents.
#[derive(Default)]
struct Shelf {
    contents: Contents,
    waiting: Vec<(Changed, Snapshot)>,
    /// Those with links, which are not followed yet.
    linked: Vec<(Changed, Snapshot)>,
    /// Those to read again in this crawl.
    again: Vec<Changed>,
    is_last_round: bool,
    unread_since: Option<DateTime<Utc>>,
    unreachable_in_a_row: usize,
}

impl Shelf {
    async fn take(&mut self, context: &Context<'_>, looks: Vec<Look>) -> Result<(), CrawlError> {
        let mut snapshots = Vec::with_capacity(looks.len());
        for (changed, look) in looks {
            match look {
                Ok(snapshot) => {
                    self.unreachable_in_a_row = 0;
                    snapshots.push((changed, snapshot));
                }
                Err(error) => {
                    self.stop_if_unreachable(&error)?;
                    self.fail(context, changed, &error).await?;
                }
            }
        }
        let (linked, plain) = snapshots.into_iter().partition(|(_, it)| it.linked.is_some());
        self.linked.extend(linked);
        let entries = |it: &Snapshot| it.linked.as_ref().map_or(0, |it| it.entries.len());
        let entries: usize = self.linked.iter().map(|(_, it)| entries(it)).sum();
        if self.linked.len() >= LINKED_TOGETHER || entries >= ENTRIES_TOGETHER {
            self.follow_links(context).await?;
        }
        self.want(context, plain).await
    }

    async fn want(
        &mut self,
        context: &Context<'_>,
        snapshots: Vec<(Changed, Snapshot)>,
    ) -> Result<(), CrawlError> {
        let files: Vec<(&RepoName, &FoundFile)> = snapshots
            .iter()
            .flat_map(|(changed, it)| it.files.iter().map(|file| (&changed.name, file)))
            .collect();
        self.contents.want(context, &files).await?;
        self.waiting.extend(snapshots);
        Ok(())
    }

    /// Finds the files behind the links of those that wait for that.
    async fn follow_links(&mut self, context: &Context<'_>) -> Result<(), CrawlError> {
        let waiting = std::mem::take(&mut self.linked);
        let linked: Vec<(&RepoName, &Linked)> = waiting
            .iter()
            .filter_map(|(changed, it)| Some((&changed.name, it.linked.as_ref()?)))
            .collect();
        let login = &context.organization.login;
        let followed = context.patiently(|| follow(&context.client, login, &linked)).await;
        let followed = match followed {
            Ok(followed) => followed,
            Err(error) if error.stops_everything() => return Err(error.into()),
            Err(error) => linked.iter().map(|_| Err(error.clone())).collect(),
        };
        let mut found = Vec::with_capacity(waiting.len());
        for ((changed, mut snapshot), followed) in waiting.into_iter().zip(followed) {
            match followed {
                Ok((files, nowhere)) => {
                    snapshot.files.extend(files);
                    snapshot.linked = None;
                    record_links(context, &changed, nowhere).await?;
                    found.push((changed, snapshot));
                }
                Err(error) => self.fail(context, changed, &error).await?,
            }
        }
        self.want(context, found).await
    }

    fn stop_if_unreachable(&mut self, error: &GithubError) -> Result<(), CrawlError> {
        let is_unreachable = matches!(error, GithubError::Unreachable(_));
        self.unreachable_in_a_row = if is_unreachable { self.unreachable_in_a_row + 1 } else { 0 };
        if self.unreachable_in_a_row >= TELLING { Err(error.clone().into()) } else { Ok(()) }
    }

    /// Saves the repositories whose contents are all there.
    async fn save(&mut self, context: &Context<'_>) -> Result<(), CrawlError> {
        let contents = &self.contents;
        let (ready, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|(_, it)| !it.files.iter().any(|file| is_wanted(contents, file)));
        self.waiting = waiting;
        let mut ready = ready.into_iter().peekable();
        while ready.peek().is_some() {
            self.save_some(context, ready.by_ref().take(TOGETHER).collect()).await?;
        }
        Ok(())
    }

    async fn save_some(
        &mut self,
        context: &Context<'_>,
        ready: Vec<(Changed, Snapshot)>,
    ) -> Result<(), CrawlError> {
        let said = settings_of(context, &ready).await?;
        let mut readings = Vec::with_capacity(ready.len());
        for ((changed, snapshot), said) in ready.into_iter().zip(said) {
            match reading(context, &changed, (snapshot, said), &self.contents) {
                Ok(reading) => readings.push(reading),
                Err(error) => self.fail(context, changed, &error).await?,
            }
        }
        save(context, &readings).await
    }

    /// Lets a repository be read again if that may help, and else records why it was not.
    async fn fail(
        &mut self,
        context: &Context<'_>,
        changed: Changed,
        error: &GithubError,
    ) -> Result<(), CrawlError> {
        if error.is_passing() && !self.is_last_round {
            self.again.push(changed);
            return Ok(());
        }
        let reason = error.to_string();
        context.store.set_unreadable(changed.id, &reason).await?;
        let failure = CrawlFailure { repository: Some(changed.id), path: None, reason };
        context.record(failure).await?;
        context.count(|counts| counts.repositories_failed += 1).await?;
        let pushed_at = changed.pushed_at.filter(|_| error.is_passing());
        self.unread_since = pushed_at.into_iter().chain(self.unread_since).min();
        Ok(())
    }
}

async fn record_links(
    context: &Context<'_>,
    changed: &Changed,
    nowhere: Vec<(FilePath, String)>,
) -> Result<(), CrawlError> {
    for (path, reason) in nowhere {
        let failure = CrawlFailure { repository: Some(changed.id), path: Some(path), reason };
        context.record(failure).await?;
    }
    Ok(())
}

fn is_wanted(contents: &Contents, file: &FoundFile) -> bool {
    match &file.content {
        FoundContent::Blob { sha, .. } => contents.is_wanted(sha),
        FoundContent::Unread(_) => false,
    }
}
