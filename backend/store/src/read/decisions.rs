//! The decisions about one Dockerfile, and about one repository.

use chrono::{DateTime, NaiveDate, Utc};
use names::{FilePath, RepositoryId};

use super::dockerfile::DockerfileId;
use super::words::{count, item, name};
use crate::decision::{Decision, Ended};
use crate::{DecisionId, EndReason, Store, StoreError};

struct DecisionRow {
    path: String,
    decision_id: i64,
    item: String,
    kind: String,
    reason: String,
    decided_by: String,
    source: String,
    line: Option<i32>,
    expires_on: Option<NaiveDate>,
    decided_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<String>,
    ended_by: Option<String>,
}

impl DecisionRow {
    fn read(self) -> Result<(FilePath, Decision), StoreError> {
        let end_reason = self.end_reason.map(EndReason::try_from).transpose()?;
        let ended = self.ended_at.zip(end_reason);
        let decision = Decision {
            id: DecisionId(self.decision_id),
            item: item(&self.item)?,
            kind: self.kind.try_into()?,
            reason: self.reason,
            decided_by: self.decided_by,
            source: self.source.try_into()?,
            line: self.line.map(count),
            expires_on: self.expires_on,
            decided_at: self.decided_at,
            ended: ended.map(|(at, reason)| Ended { at, reason, by: self.ended_by }),
        };
        Ok((name(&self.path)?, decision))
    }
}

impl Store {
    /// The decisions about a Dockerfile, standing and ended, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn decisions_of_dockerfile(
        &self,
        dockerfile: DockerfileId,
        limit: i64,
    ) -> Result<Vec<Decision>, StoreError> {
        let rows = sqlx::query_as!(
            DecisionRow,
            r#"
            SELECT dockerfile.path, decision.decision_id, decision.item, decision.kind,
                   decision.reason, decision.decided_by, decision.source, decision.line,
                   decision.expires_on, decision.decided_at, decision.ended_at,
                   decision.end_reason, decision.ended_by
            FROM decision
            JOIN dockerfile USING (dockerfile_id)
            WHERE decision.dockerfile_id = $1
            ORDER BY decision.ended_at IS NOT NULL, decision.decision_id DESC
            LIMIT $2
            "#,
            dockerfile.0,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(|it| Ok(it.read()?.1)).collect()
    }

    /// The decisions about a repository's Dockerfiles that stand, and those that ended since
    /// a moment: standing ones first, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn decisions_of(
        &self,
        repository: RepositoryId,
        since: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<(FilePath, Decision)>, StoreError> {
        let rows = sqlx::query_as!(
            DecisionRow,
            r#"
            SELECT dockerfile.path, decision.decision_id, decision.item, decision.kind,
                   decision.reason, decision.decided_by, decision.source, decision.line,
                   decision.expires_on, decision.decided_at, decision.ended_at,
                   decision.end_reason, decision.ended_by
            FROM dockerfile
            JOIN decision USING (dockerfile_id)
            WHERE dockerfile.repository_id = $1
              AND (decision.ended_at IS NULL OR decision.ended_at >= $2)
            ORDER BY decision.ended_at IS NOT NULL, coalesce(decision.ended_at, decision.decided_at) DESC,
                     dockerfile.path, decision.decision_id
            LIMIT $3
            "#,
            repository.0,
            since,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(DecisionRow::read).collect()
    }
}
