//! One item of the checklist over an organization: the reasons behind what is
//! left, and the Dockerfiles behind each reason.

use checklist::{Item, Verdict};
use names::{FilePath, OrgLogin, RepoName};

use super::words::{count, name, verdict};
use crate::{Store, StoreError};

/// A reason code and how often it stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCount {
    /// The reason code; none where an item is open without a finding of its own.
    pub code: Option<String>,
    /// The verdict of such a finding.
    pub verdict: Verdict,
    /// Dockerfiles with it.
    pub dockerfiles: u32,
    /// Repositories with it.
    pub repositories: u32,
    /// What the findings say, of one of them.
    pub example: Option<String>,
}

/// A Dockerfile behind a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonDockerfile {
    /// The reason code.
    pub code: String,
    /// The repository.
    pub repository: RepoName,
    /// The path.
    pub path: FilePath,
    /// The first evidence line.
    pub line: Option<u32>,
    /// What is the matter.
    pub message: String,
}

struct ReasonCountRow {
    code: Option<String>,
    verdict: String,
    dockerfiles: i64,
    repositories: i64,
    example: Option<String>,
}

impl Store {
    /// The reasons that keep an item open in an organization, most frequent first.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn reasons_behind(
        &self,
        owner: &OrgLogin,
        item: Item,
    ) -> Result<Vec<ReasonCount>, StoreError> {
        let rows = sqlx::query_as!(
            ReasonCountRow,
            r#"
            SELECT finding.code AS "code?",
                   coalesce(finding.verdict, dockerfile_item.verdict) AS "verdict!",
                   count(DISTINCT dockerfile.dockerfile_id) AS "dockerfiles!",
                   count(DISTINCT dockerfile.repository_id) AS "repositories!",
                   min(finding.message) AS example
            FROM dockerfile
            JOIN dockerfile_item USING (dockerfile_id)
            JOIN repository USING (repository_id)
            JOIN organization USING (organization_id)
            LEFT JOIN finding ON finding.report_id = dockerfile.report_id
                AND finding.item = dockerfile_item.item
                AND finding.verdict IN ('remaining', 'verify', 'unknown')
            WHERE lower(organization.login) = lower($1)
              AND dockerfile_item.item = $2
              AND dockerfile_item.verdict IN ('remaining', 'verify', 'unknown')
              AND dockerfile.removed_at IS NULL
              AND dockerfile.excluded_by IS NULL
              AND repository.excluded_by IS NULL
            GROUP BY finding.code, coalesce(finding.verdict, dockerfile_item.verdict)
            ORDER BY "dockerfiles!" DESC, finding.code
            "#,
            owner.as_str(),
            item.slug(),
        )
        .fetch_all(&self.pool)
        .await?;
        let reason = |row: ReasonCountRow| {
            Ok(ReasonCount {
                code: row.code,
                verdict: verdict(&row.verdict)?,
                dockerfiles: u32::try_from(row.dockerfiles).unwrap_or(u32::MAX),
                repositories: u32::try_from(row.repositories).unwrap_or(u32::MAX),
                example: row.example,
            })
        };
        rows.into_iter().map(reason).collect()
    }

    /// The Dockerfiles behind each reason of an item, at most `limit` a reason,
    /// by repository and path.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn dockerfiles_behind(
        &self,
        owner: &OrgLogin,
        item: Item,
        limit: i64,
    ) -> Result<Vec<ReasonDockerfile>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT code, repository, path, first_line, message
            FROM (
                SELECT finding.code, repository.name AS repository, dockerfile.path,
                       min(finding.first_line) AS first_line, min(finding.message) AS message,
                       row_number() OVER (
                           PARTITION BY finding.code
                           ORDER BY lower(repository.name), dockerfile.path
                       ) AS place
                FROM dockerfile
                JOIN dockerfile_item USING (dockerfile_id)
                JOIN repository USING (repository_id)
                JOIN organization USING (organization_id)
                JOIN finding ON finding.report_id = dockerfile.report_id
                    AND finding.item = dockerfile_item.item
                    AND finding.verdict IN ('remaining', 'verify', 'unknown')
                WHERE lower(organization.login) = lower($1)
                  AND dockerfile_item.item = $2
                  AND dockerfile_item.verdict IN ('remaining', 'verify', 'unknown')
                  AND dockerfile.removed_at IS NULL
                  AND dockerfile.excluded_by IS NULL
                  AND repository.excluded_by IS NULL
                GROUP BY finding.code, repository.name, dockerfile.path
            ) AS numbered
            WHERE place <= $3
            ORDER BY code, place
            "#,
            owner.as_str(),
            item.slug(),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let dockerfile = rows.into_iter().map(|row| {
            Ok(ReasonDockerfile {
                code: row.code,
                repository: name(&row.repository)?,
                path: name(&row.path)?,
                line: row.first_line.map(count),
                message: row.message.unwrap_or_default(),
            })
        });
        dockerfile.collect()
    }
}
