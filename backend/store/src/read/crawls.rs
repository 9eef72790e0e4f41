//! Crawls: what ran, what runs, what failed.

use chrono::{DateTime, Utc};
use names::{OrgLogin, RepoName};

use super::words::{corrupt, count, name};
use crate::{CrawlBudget, CrawlKind, Store, StoreError, Trigger};

/// Which crawls a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Every one.
    All,
    /// All but the cheap listings that found nothing to do.
    Eventful,
}

/// Which crawls a list shows, and of which organizations.
#[derive(Debug, Clone, Copy)]
pub struct CrawlChoice<'a> {
    /// Which crawls.
    pub which: Which,
    /// Our own ids of the organizations; none: of all.
    pub organizations: Option<&'a [i64]>,
}

/// How a crawl stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CrawlState {
    /// It runs.
    Running,
    /// It ended well, single repositories may have failed.
    Done,
    /// It ended early, and why.
    Failed(String),
}

/// One crawl and its counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlSummary {
    /// Its number.
    pub id: i64,
    /// Our own id of the organization.
    pub organization_id: i64,
    /// The organization.
    pub owner: OrgLogin,
    /// What it looked at.
    pub kind: CrawlKind,
    /// Who asked.
    pub trigger: Trigger,
    /// How it stands.
    pub state: CrawlState,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Repositories that GitHub listed.
    pub listed: u32,
    /// Those that changed and had to be read.
    pub to_read: u32,
    /// Those of them that were read.
    pub read: u32,
    /// Those that were skipped as unchanged.
    pub unchanged: u32,
    /// Those that could not be read.
    pub failed: u32,
    /// Dockerfiles found in what was read.
    pub dockerfiles: u32,
    /// File contents fetched.
    pub blobs_fetched: u32,
    /// REST requests sent.
    pub rest_requests: u32,
    /// GraphQL requests sent.
    pub graphql_requests: u32,
    /// GraphQL points used.
    pub graphql_points: u32,
    /// What is left of GitHub's budget, and what it waits for.
    pub budget: CrawlBudget,
}

/// One failure inside a crawl.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlFailure {
    /// The repository, if it is one's.
    pub repository: Option<RepoName>,
    /// The path inside it, if it is one's.
    pub path: Option<String>,
    /// Why, in words.
    pub reason: String,
}

struct FailureRow {
    repository: Option<String>,
    path: Option<String>,
    reason: String,
}

struct CrawlRow {
    crawl_id: i64,
    organization_id: i64,
    login: String,
    kind: String,
    trigger: String,
    state: String,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    failure: Option<String>,
    repositories_listed: i32,
    repositories_to_read: i32,
    repositories_read: i32,
    repositories_unchanged: i32,
    repositories_failed: i32,
    dockerfiles: i32,
    blobs_fetched: i32,
    rest_requests: i32,
    graphql_requests: i32,
    graphql_points: i32,
    waiting_for: Option<String>,
    waiting_until: Option<DateTime<Utc>>,
    rest_left: Option<i32>,
    graphql_left: Option<i32>,
    budget_resets_at: Option<DateTime<Utc>>,
}

impl CrawlRow {
    fn read(self) -> Result<CrawlSummary, StoreError> {
        let state = match self.state.as_str() {
            "running" => CrawlState::Running,
            "done" => CrawlState::Done,
            "failed" => CrawlState::Failed(self.failure.unwrap_or_default()),
            other => return Err(corrupt("crawl state", other)),
        };
        Ok(CrawlSummary {
            id: self.crawl_id,
            organization_id: self.organization_id,
            owner: name(&self.login)?,
            kind: self.kind.try_into()?,
            trigger: self.trigger.try_into()?,
            state,
            started_at: self.started_at,
            ended_at: self.ended_at,
            listed: count(self.repositories_listed),
            to_read: count(self.repositories_to_read),
            read: count(self.repositories_read),
            unchanged: count(self.repositories_unchanged),
            failed: count(self.repositories_failed),
            dockerfiles: count(self.dockerfiles),
            blobs_fetched: count(self.blobs_fetched),
            rest_requests: count(self.rest_requests),
            graphql_requests: count(self.graphql_requests),
            graphql_points: count(self.graphql_points),
            budget: CrawlBudget {
                waiting_for: self.waiting_for,
                waiting_until: self.waiting_until,
                rest_left: self.rest_left.map(i64::from),
                graphql_left: self.graphql_left.map(i64::from),
                resets_at: self.budget_resets_at,
            },
        })
    }
}

impl Store {
    /// The crawls of some organizations, newest first.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn crawls(
        &self,
        choice: CrawlChoice<'_>,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<CrawlSummary>, StoreError> {
        let rows = sqlx::query_as!(
            CrawlRow,
            r#"
            SELECT crawl_id, organization_id, login, kind, trigger, state, started_at, ended_at, failure,
                   repositories_listed, repositories_to_read, repositories_read,
                   repositories_unchanged, repositories_failed, dockerfiles, blobs_fetched,
                   rest_requests, graphql_requests, graphql_points,
                   waiting_for, waiting_until, rest_left, graphql_left, budget_resets_at
            FROM crawl
            JOIN organization USING (organization_id)
            WHERE ($1 OR kind = 'full' OR state <> 'done'
                   OR repositories_to_read > 0 OR repositories_failed > 0)
              AND ($2::bigint[] IS NULL OR organization_id = ANY($2))
            ORDER BY started_at DESC, crawl_id DESC
            OFFSET $3
            LIMIT $4
            "#,
            choice.which == Which::All,
            choice.organizations as Option<&[i64]>,
            offset,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(CrawlRow::read).collect()
    }

    /// How many crawls [`Store::crawls`] has.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn crawls_count(&self, choice: CrawlChoice<'_>) -> Result<i64, StoreError> {
        let count = sqlx::query_scalar!(
            r#"
            SELECT count(*) AS "count!"
            FROM crawl
            WHERE ($1 OR kind = 'full' OR state <> 'done'
                   OR repositories_to_read > 0 OR repositories_failed > 0)
              AND ($2::bigint[] IS NULL OR organization_id = ANY($2))
            "#,
            choice.which == Which::All,
            choice.organizations as Option<&[i64]>,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(count)
    }

    /// One crawl.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn crawl(&self, id: i64) -> Result<Option<CrawlSummary>, StoreError> {
        Ok(self.crawls_of(&[id]).await?.pop())
    }

    /// Some crawls, newest first.
    pub(super) async fn crawls_of(&self, ids: &[i64]) -> Result<Vec<CrawlSummary>, StoreError> {
        let rows = sqlx::query_as!(
            CrawlRow,
            r#"
            SELECT crawl_id, organization_id, login, kind, trigger, state, started_at, ended_at, failure,
                   repositories_listed, repositories_to_read, repositories_read,
                   repositories_unchanged, repositories_failed, dockerfiles, blobs_fetched,
                   rest_requests, graphql_requests, graphql_points,
                   waiting_for, waiting_until, rest_left, graphql_left, budget_resets_at
            FROM crawl
            JOIN organization USING (organization_id)
            WHERE crawl_id = ANY($1)
            ORDER BY crawl_id DESC
            "#,
            ids,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(CrawlRow::read).collect()
    }

    /// What failed inside a crawl, in the order in which it happened, at most `limit`; of some
    /// repositories alone, where their ids are given.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn crawl_failures(
        &self,
        crawl: i64,
        repositories: Option<&[i64]>,
        limit: i64,
    ) -> Result<Vec<CrawlFailure>, StoreError> {
        let rows = sqlx::query_as!(
            FailureRow,
            r#"
            SELECT repository.name AS "repository?", crawl_failure.path, crawl_failure.reason
            FROM crawl_failure
            LEFT JOIN repository USING (repository_id)
            WHERE crawl_failure.crawl_id = $1
              AND ($2::bigint[] IS NULL OR crawl_failure.repository_id = ANY($2))
            ORDER BY crawl_failure.ordinal
            LIMIT $3
            "#,
            crawl,
            repositories as Option<&[i64]>,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let failure = |row: FailureRow| {
            Ok(CrawlFailure {
                repository: row.repository.as_deref().map(name).transpose()?,
                path: row.path,
                reason: row.reason,
            })
        };
        rows.into_iter().map(failure).collect()
    }
}
