//! Batches of objects by their ids: a hundred a query, one point, over several repositories.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use names::{CommitSha, OrgLogin, RepoName, TreeSha};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::GithubError;
use crate::client::Client;
use crate::graphql::{Partial, Query, QueryError};
use crate::queries::{Lookup, Selection, objects, runs};
use crate::transport::{ATTEMPTS, Failure};

/// What came of one object of a batch: there, not there, or not to be had.
pub type Found<T> = Result<Option<T>, GithubError>;

/// When a commit was made, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitFacts {
    /// The committer's date.
    pub committed_at: DateTime<Utc>,
    /// The root tree.
    pub tree: TreeSha,
}

#[derive(Deserialize)]
struct Batch<T> {
    #[serde(rename = "rateLimit")]
    _rate_limit: Option<serde::de::IgnoredAny>,
    #[serde(flatten, bound(deserialize = "T: DeserializeOwned"))]
    repositories: HashMap<String, Option<HashMap<String, Option<T>>>>,
}

#[derive(Deserialize)]
pub(crate) struct RawCommit {
    #[serde(rename = "committedDate")]
    committed_at: Option<DateTime<Utc>>,
    tree: Option<RawTree>,
}

#[derive(Deserialize)]
struct RawTree {
    oid: TreeSha,
}

impl Client {
    /// The facts of commits, in the order they were asked for. `None` where GitHub has
    /// no such commit.
    ///
    /// # Errors
    /// If nothing at all could be asked.
    pub async fn commits(
        &self,
        owner: &OrgLogin,
        wanted: &[(RepoName, CommitSha)],
    ) -> Result<Vec<Found<CommitFacts>>, GithubError> {
        let lookups: Vec<Lookup<'_>> = wanted
            .iter()
            .map(|(repository, sha)| Lookup { repository, oid: sha.as_str() })
            .collect();
        let found = self.batches::<RawCommit>(owner, &lookups, Selection::Commit).await?;
        Ok(found.into_iter().map(|it| it.map(|raw| raw.and_then(commit_facts))).collect())
    }

    /// Looks up objects, as many a query as GitHub bears, in the order asked. Single ones
    /// that could not be had for a passing reason are asked for again.
    pub(crate) async fn batches<T: DeserializeOwned>(
        &self,
        owner: &OrgLogin,
        lookups: &[Lookup<'_>],
        selection: Selection,
    ) -> Result<Vec<Found<T>>, GithubError> {
        let mut found = self.all_batches(owner, lookups, selection).await?;
        for _ in 1..ATTEMPTS {
            let is_missing = |it: &Found<T>| it.as_ref().is_err_and(GithubError::is_passing);
            let missing: Vec<usize> =
                found.iter().enumerate().filter(|(_, it)| is_missing(it)).map(|it| it.0).collect();
            if missing.is_empty() {
                break;
            }
            let again: Vec<Lookup<'_>> =
                missing.iter().filter_map(|place| lookups.get(*place).cloned()).collect();
            let again = self.all_batches(owner, &again, selection).await?;
            for (place, now) in missing.into_iter().zip(again) {
                if let Some(slot) = found.get_mut(place) {
                    *slot = now;
                }
            }
        }
        Ok(found)
    }

    async fn all_batches<T: DeserializeOwned>(
        &self,
        owner: &OrgLogin,
        lookups: &[Lookup<'_>],
        selection: Selection,
    ) -> Result<Vec<Found<T>>, GithubError> {
        let sizes = self.batch_size(selection);
        let mut results = Vec::with_capacity(lookups.len());
        while let Some(rest) = lookups.get(results.len()..).filter(|it| !it.is_empty()) {
            let size = sizes.get().min(rest.len());
            let batch = rest.get(..size).unwrap_or(rest);
            match self.batch(owner, batch, selection).await {
                Ok(found) => {
                    sizes.succeed();
                    results.extend(found);
                }
                Err(Failure::Heavy(_)) => sizes.shrink(size),
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(results)
    }

    async fn batch<T: DeserializeOwned>(
        &self,
        owner: &OrgLogin,
        batch: &[Lookup<'_>],
        selection: Selection,
    ) -> Result<Vec<Found<T>>, Failure> {
        let text = objects(owner, batch, selection);
        let query = Query { text: &text, variables: json!({}), can_shrink: batch.len() > 1 };
        let answer: Partial<Batch<T>> = self.query(&query).await?;
        let Partial { data: Batch { mut repositories, .. }, errors } = answer;
        let mut found = Vec::with_capacity(batch.len());
        for (index, run) in runs(batch).enumerate() {
            let alias = format!("r{index}");
            let mut repository = repositories.remove(&alias).flatten();
            for (place, _) in run {
                found.push(match repository.as_mut() {
                    Some(objects) => object(objects, &errors, (&alias, &format!("o{place}"))),
                    None => Err(why_missing(&errors, &alias)),
                });
            }
        }
        Ok(found)
    }
}

/// An object of an answer. One that an error speaks about was not to be had this time;
/// one that is missing without a word is not there.
fn object<T>(
    objects: &mut HashMap<String, Option<T>>,
    errors: &[QueryError],
    (repository, object): (&str, &str),
) -> Found<T> {
    match objects.remove(object).flatten() {
        Some(found) => Ok(Some(found)),
        None => match errors.iter().find(|it| it.is_about(repository, object)) {
            Some(error) => error.missing(),
            None => Ok(None),
        },
    }
}

/// Why there is nothing about a repository of a batch.
pub(crate) fn why_missing(errors: &[QueryError], alias: &str) -> GithubError {
    let error = errors.iter().find(|it| it.place() == Some(alias));
    error.map_or(GithubError::NotFound, QueryError::to_github_error)
}

pub(crate) fn commit_facts(raw: RawCommit) -> Option<CommitFacts> {
    Some(CommitFacts { committed_at: raw.committed_at?, tree: raw.tree?.oid })
}
