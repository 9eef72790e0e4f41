//! Rows as they are, for tests that must see more than any page shows.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, FromRow};

use super::TestStore;
use crate::CrawlId;

/// Every table whose rows a crawl that finds nothing new must leave alone.
const TABLES: [&str; 13] = [
    "repository",
    "blob",
    "report",
    "finding",
    "dockerfile",
    "dockerfile_item",
    "verdict_change",
    "decision",
    "repository_item",
    "repository_progress",
    "repository_day",
    "settings_file",
    "repository_settings",
];

/// One line a row of each table of facts.
const STATE: &str = r#"
    SELECT concat_ws(' | ', 'repository', repository_id, name, visibility, is_archived, is_fork,
                     is_template, is_disabled, is_empty, language, topics, team, team_source,
                     policy, default_branch, pushed_at, head_sha, tree_sha, head_committed_at, unreadable_reason,
                     excluded_by, has_links, gone_at, gone_reason) AS line
    FROM repository
    UNION ALL
    SELECT concat_ws(' | ', 'dockerfile', repository_id, path, blob_sha, unread_reason, excluded_by, owner,
                     commit_sha, committed_at, removed_at)
    FROM dockerfile
    UNION ALL
    SELECT concat_ws(' | ', 'item', repository_id, path, item, verdict, settled_by, since)
    FROM dockerfile_item JOIN dockerfile USING (dockerfile_id)
    UNION ALL
    SELECT concat_ws(' | ', 'change', repository_id, path, item, from_verdict, to_verdict, cause,
                     verdict_change.commit_sha, changed_at)
    FROM verdict_change JOIN dockerfile USING (dockerfile_id)
    UNION ALL
    SELECT concat_ws(' | ', 'decision', repository_id, path, item, kind, reason, decided_by, source,
                     expires_on, decided_at, ended_at, end_reason)
    FROM decision JOIN dockerfile USING (dockerfile_id)
    UNION ALL
    SELECT concat_ws(' | ', 'report', blob_sha, file_kind, rule_version, catalog_version, file_state,
                     uses_dhi, policy, md5(body::text))
    FROM report
    UNION ALL
    SELECT concat_ws(' | ', 'settings file', settings_file::text) FROM settings_file
    UNION ALL
    SELECT concat_ws(' | ', 'settings', repository_settings::text) FROM repository_settings
    UNION ALL
    SELECT concat_ws(' | ', 'blob', blob_sha, byte_size, md5(content)) FROM blob
    UNION ALL
    SELECT concat_ws(' | ', 'sums', repository_item::text) FROM repository_item
    UNION ALL
    SELECT concat_ws(' | ', 'progress', repository_progress::text) FROM repository_progress
    UNION ALL
    SELECT concat_ws(' | ', 'day', repository_day::text) FROM repository_day
    UNION ALL
    SELECT concat_ws(' | ', 'organization', organization_day::text) FROM organization_day
    ORDER BY line
"#;

/// One line a row of what is there now.
const PRESENT: &str = r#"
    WITH here AS (SELECT * FROM repository WHERE gone_at IS NULL)
    SELECT concat_ws(' | ', 'repository', repository_id, name, visibility, is_archived, is_fork,
                     is_template, is_disabled, is_empty, default_branch, head_sha, tree_sha,
                     excluded_by, has_links, policy) AS line
    FROM here
    UNION ALL
    SELECT concat_ws(' | ', 'dockerfile', repository_id, path, blob_sha, unread_reason,
                     dockerfile.excluded_by, owner)
    FROM dockerfile JOIN here USING (repository_id) WHERE removed_at IS NULL
    UNION ALL
    SELECT concat_ws(' | ', 'item', repository_id, path, item, verdict, settled_by)
    FROM dockerfile_item JOIN dockerfile USING (dockerfile_id) JOIN here USING (repository_id)
    WHERE removed_at IS NULL
    UNION ALL
    SELECT concat_ws(' | ', 'sums', repository_item::text)
    FROM repository_item JOIN here USING (repository_id)
    ORDER BY line
"#;

/// A Dockerfile that is there.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DockerfileRow {
    /// Its key.
    pub dockerfile_id: i64,
    /// The repository's name.
    pub repository: String,
    /// Its path.
    pub path: String,
    /// True if it has a report.
    pub is_scored: bool,
    /// Why its content could not be had.
    pub unread_reason: Option<String>,
    /// The path rule that leaves it out.
    pub excluded_by: Option<String>,
    /// When its present content was committed.
    pub committed_at: DateTime<Utc>,
    /// How many verdicts it has.
    pub items: i64,
}

/// A failure inside a crawl.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FailureRow {
    /// The repository's name.
    pub repository: Option<String>,
    /// The file.
    pub path: Option<String>,
    /// Why.
    pub reason: String,
}

impl TestStore {
    /// Every Dockerfile that is there, by repository and path.
    pub async fn dockerfile_rows(&self) -> Vec<DockerfileRow> {
        let query = r#"
            SELECT dockerfile.dockerfile_id,
                   repository.name AS repository,
                   dockerfile.path,
                   dockerfile.report_id IS NOT NULL AS is_scored,
                   dockerfile.unread_reason,
                   dockerfile.excluded_by,
                   dockerfile.committed_at,
                   (SELECT count(*) FROM dockerfile_item
                    WHERE dockerfile_item.dockerfile_id = dockerfile.dockerfile_id) AS items
            FROM dockerfile
            JOIN repository USING (repository_id)
            WHERE dockerfile.removed_at IS NULL
            ORDER BY repository.name COLLATE "C", dockerfile.path COLLATE "C"
        "#;
        sqlx::query_as(query)
            .fetch_all(self.pool())
            .await
            .unwrap_or_else(|it| super::fail(&it.into()))
    }

    /// What failed inside a crawl, in the order in which it did.
    pub async fn failure_rows(&self, crawl: CrawlId) -> Vec<FailureRow> {
        let query = r#"
            SELECT repository.name AS repository, crawl_failure.path, crawl_failure.reason
            FROM crawl_failure
            LEFT JOIN repository USING (repository_id)
            WHERE crawl_failure.crawl_id = $1
            ORDER BY crawl_failure
        "#;
        let rows = sqlx::query_as(query).bind(crawl.0).fetch_all(self.pool()).await;
        rows.unwrap_or_else(|it| super::fail(&it.into()))
    }

    /// Why the last crawl failed; none if it did not.
    pub async fn last_crawl_failure(&self) -> Option<String> {
        let query = "SELECT failure FROM crawl ORDER BY crawl_id DESC LIMIT 1";
        let row = sqlx::query_scalar(query).fetch_one(self.pool()).await;
        row.unwrap_or_else(|it| super::fail(&it.into()))
    }

    /// The names of the repositories that count, in their order.
    pub async fn repositories_in_scope(&self) -> Vec<String> {
        let query = r#"
            SELECT repository.name
            FROM repository
            JOIN repository_progress USING (repository_id)
            WHERE repository_progress.state <> 'out-of-scope'
            ORDER BY repository.name COLLATE "C"
        "#;
        let rows = sqlx::query_scalar(query).fetch_all(self.pool()).await;
        rows.unwrap_or_else(|it| super::fail(&it.into()))
    }

    /// Sums every repository anew, as after writing facts past the store's own methods.
    pub async fn refresh_all(&self, now: DateTime<Utc>) {
        let refreshed = async {
            let mut transaction = self.pool().begin().await?;
            let ids: Vec<i64> = sqlx::query_scalar("SELECT repository_id FROM repository")
                .fetch_all(&mut *transaction)
                .await?;
            crate::progress::refresh_progress(&mut transaction, &ids, now).await?;
            transaction.commit().await?;
            Ok::<(), crate::StoreError>(())
        };
        refreshed.await.unwrap_or_else(|it| super::fail(&it.into()));
    }

    /// Makes every report, and what was reckoned from them, one of an older catalogue, as
    /// after an upgrade.
    pub async fn age_reports(&self) {
        for aged in [
            "UPDATE report SET catalog_version = 'older'",
            "UPDATE organization_history SET catalog_version = 'older'",
        ] {
            if let Err(error) = sqlx::query(aged).execute(self.pool()).await {
                super::fail(&error.into());
            }
        }
    }

    /// Everything that pages show about repositories, row for row, without the keys that
    /// the database made up: two stores that say the same have the same lines.
    pub async fn state(&self) -> Vec<String> {
        let rows = sqlx::query_scalar(STATE).fetch_all(self.pool()).await;
        rows.unwrap_or_else(|it| super::fail(&it.into()))
    }

    /// What is so now, without what was before: present repositories, their Dockerfiles and
    /// verdicts. A store that lived through every change and one that came last agree.
    pub async fn present(&self) -> Vec<String> {
        let rows = sqlx::query_scalar(PRESENT).fetch_all(self.pool()).await;
        rows.unwrap_or_else(|it| super::fail(&it.into()))
    }

    /// The shas of all stored contents.
    pub async fn blob_shas(&self) -> HashSet<String> {
        let rows = sqlx::query_scalar("SELECT blob_sha FROM blob").fetch_all(self.pool()).await;
        let rows: Vec<String> = rows.unwrap_or_else(|it| super::fail(&it.into()));
        rows.into_iter().collect()
    }

    /// A value for each table of facts that changes with every row written.
    pub async fn fingerprint(&self) -> BTreeMap<&'static str, String> {
        let mut fingerprint = BTreeMap::new();
        for table in TABLES {
            let query = format!(
                "SELECT concat(count(*), ' rows, ', coalesce(sum(xmin::text::bigint), 0)) FROM {table}"
            );
            let row = sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(self.pool()).await;
            fingerprint.insert(table, row.unwrap_or_else(|it| super::fail(&it.into())));
        }
        fingerprint
    }
}
