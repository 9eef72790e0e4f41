//! Rows as `drydock-bench` makes them; each becomes one of the table that it is named after.

use checklist::{Item, Verdict};
use chrono::{DateTime, NaiveDate, Utc};
use names::{BlobSha, OrgLogin};
use serde::{Serialize, Serializer};

use crate::read::ItemVerdict;

/// An organization.
#[derive(Debug, Clone)]
pub struct OrganizationRow {
    /// Its login.
    pub login: OrgLogin,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// When its last crawl ended.
    pub crawled_at: DateTime<Utc>,
    /// When it wants to be finished.
    pub target_on: NaiveDate,
}

/// Repositories with everything below them.
#[derive(Debug, Clone, Default)]
pub struct SeedRows {
    /// The repositories.
    pub repositories: Vec<RepositoryRow>,
    /// When they were finished and slipped back; the sums follow.
    pub progress: Vec<ProgressRow>,
    /// Their Dockerfiles.
    pub files: Vec<FileRow>,
    /// The present verdicts of those.
    pub items: Vec<ItemRow>,
    /// What became of those over time, oldest first.
    pub changes: Vec<ChangeRow>,
    /// What people decided.
    pub decisions: Vec<DecisionRow>,
    /// The repositories' counts, on days on which they changed.
    pub days: Vec<RepositoryDayRow>,
}

/// A repository.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct RepositoryRow {
    pub repository_id: i64,
    pub name: String,
    pub visibility: &'static str,
    pub is_archived: bool,
    pub is_fork: bool,
    pub is_template: bool,
    pub is_empty: bool,
    pub language: Option<&'static str>,
    pub topics: Vec<String>,
    pub team: Option<String>,
    pub property_team: Option<String>,
    pub team_source: Option<&'static str>,
    pub head_sha: Option<String>,
    pub head_committed_at: Option<DateTime<Utc>>,
    pub unreadable_reason: Option<&'static str>,
    pub excluded_by: Option<&'static str>,
    pub first_crawled_at: DateTime<Utc>,
    pub crawled_at: DateTime<Utc>,
    pub gone_at: Option<DateTime<Utc>>,
    pub changed_at: Option<DateTime<Utc>>,
}

/// When a repository was finished and slipped back.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct ProgressRow {
    pub repository_id: i64,
    pub finished_at: Option<DateTime<Utc>>,
    pub slipped_back_at: Option<DateTime<Utc>>,
}

/// A Dockerfile. Its report is found by its content.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct FileRow {
    pub dockerfile_id: i64,
    pub repository_id: i64,
    pub path: String,
    pub blob_sha: Option<BlobSha>,
    pub unread_reason: Option<&'static str>,
    pub excluded_by: Option<&'static str>,
    pub owner: Option<String>,
    pub commit_sha: String,
    pub committed_at: DateTime<Utc>,
    pub first_seen_at: DateTime<Utc>,
    pub removed_at: Option<DateTime<Utc>>,
}

/// The present verdict of an item.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct ItemRow {
    pub dockerfile_id: i64,
    #[serde(serialize_with = "item_slug")]
    pub item: Item,
    #[serde(serialize_with = "verdict_slug")]
    pub verdict: Verdict,
    pub settled_by: Option<&'static str>,
    pub since: DateTime<Utc>,
    pub decision: Option<&'static str>,
}

/// A verdict that changed.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct ChangeRow {
    pub dockerfile_id: i64,
    #[serde(serialize_with = "item_slug")]
    pub item: Item,
    #[serde(serialize_with = "outcome_slug")]
    pub from_verdict: Option<ItemVerdict>,
    #[serde(serialize_with = "outcome_slug")]
    pub to_verdict: Option<ItemVerdict>,
    pub cause: &'static str,
    pub commit_sha: Option<String>,
    pub changed_at: DateTime<Utc>,
}

/// What a person decided.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct DecisionRow {
    pub dockerfile_id: i64,
    #[serde(serialize_with = "item_slug")]
    pub item: Item,
    pub kind: &'static str,
    pub reason: &'static str,
    pub decided_by: &'static str,
    pub source: &'static str,
    pub evidence: String,
    pub code: Option<String>,
    pub expires_on: Option<NaiveDate>,
    pub decided_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<&'static str>,
}

/// A repository's counts at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct RepositoryDayRow {
    pub repository_id: i64,
    pub day: NaiveDate,
    pub met: i32,
    pub verified: i32,
    pub remaining: i32,
    pub verify: i32,
    pub unknown: i32,
    pub waived: i32,
    pub not_applicable: i32,
    pub done: Vec<i32>,
    pub to_verify: Vec<i32>,
    pub open: Vec<i32>,
}

/// An organization's counts at the end of a day.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct OrganizationDayRow {
    pub day: NaiveDate,
    pub repositories: i32,
    pub repositories_finished: i32,
    pub dockerfiles: i32,
    pub met: i32,
    pub verified: i32,
    pub remaining: i32,
    pub verify: i32,
    pub unknown: i32,
    pub waived: i32,
    pub not_applicable: i32,
    pub rule_version: i32,
    pub catalog_version: String,
}

/// A crawl that ended.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct CrawlRow {
    pub crawl_id: i64,
    pub kind: &'static str,
    pub trigger: &'static str,
    pub state: &'static str,
    pub started_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
    pub failure: Option<&'static str>,
    pub repositories_listed: i32,
    pub repositories_to_read: i32,
    pub repositories_read: i32,
    pub repositories_unchanged: i32,
    pub repositories_failed: i32,
    pub dockerfiles: i32,
    pub blobs_fetched: i32,
    pub rest_requests: i32,
    pub graphql_requests: i32,
    pub graphql_points: i32,
}

/// What failed in a crawl.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct CrawlFailureRow {
    pub crawl_id: i64,
    pub repository_id: i64,
    pub reason: &'static str,
}

/// What somebody wants to be done by a day.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct CampaignRow {
    pub name: &'static str,
    pub filter: String,
    pub items: Vec<&'static str>,
    pub target_on: NaiveDate,
    pub owner: String,
    pub created_at: DateTime<Utc>,
}

/// An address that somebody gave a name.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct SavedViewRow {
    pub name: &'static str,
    pub page: &'static str,
    pub query: String,
    pub saved_at: DateTime<Utc>,
}

fn item_slug<S: Serializer>(item: &Item, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(item.slug())
}

fn verdict_slug<S: Serializer>(verdict: &Verdict, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(verdict.slug())
}

fn outcome_slug<S: Serializer>(
    outcome: &Option<ItemVerdict>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    outcome.map(ItemVerdict::slug).serialize(serializer)
}
