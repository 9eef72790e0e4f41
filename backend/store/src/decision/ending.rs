//! Decisions that end by themselves: their evidence changed, their Dockerfile went away, their
//! last day is past.

use chrono::{DateTime, Utc};

use super::facts::facts_of;
use super::rows::end;
use crate::progress::{prefer_indexes, refresh_progress};
use crate::read::words::item;
use crate::reading::lock_repositories;
use crate::{EndReason, Store, StoreError};

/// Repositories whose decisions are ended in one transaction.
const AT_ONCE: i64 = 100;

/// Ends the standing decisions of these repositories whose Dockerfile is gone or says
/// something else about the item now; whether there were standing ones. Costs one look where
/// there are none. For the transaction that changed the Dockerfiles, before
/// [`refresh_progress`].
pub(crate) async fn end_changed_decisions(
    connection: &mut sqlx::PgConnection,
    repositories: &[i64],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    // Each repository and Dockerfile is looked up (`OFFSET 0`): the tables are large.
    let standing = sqlx::query!(
        r#"
        SELECT decision.decision_id, decision.dockerfile_id, decision.item, decision.evidence
        FROM dockerfile
        CROSS JOIN LATERAL (
            SELECT decision_id, dockerfile_id, item, evidence
            FROM decision
            WHERE decision.dockerfile_id = dockerfile.dockerfile_id AND ended_at IS NULL
            OFFSET 0
        ) AS decision
        WHERE dockerfile.repository_id = ANY($1)
        "#,
        repositories,
    )
    .fetch_all(&mut *connection)
    .await?;
    if standing.is_empty() {
        return Ok(false);
    }
    let mut dockerfiles: Vec<i64> = standing.iter().map(|it| it.dockerfile_id).collect();
    dockerfiles.sort_unstable();
    dockerfiles.dedup();
    let facts = facts_of(connection, &dockerfiles).await?;
    let (mut removed, mut changed) = (Vec::new(), Vec::new());
    for decision in standing {
        match facts.get(&decision.dockerfile_id) {
            Some(it) if it.is_removed => removed.push(decision.decision_id),
            Some(it) if it.evidence(item(&decision.item)?) != decision.evidence => {
                changed.push(decision.decision_id);
            }
            Some(_) | None => {}
        }
    }
    end(connection, &removed, (EndReason::Removed, None), now).await?;
    end(connection, &changed, (EndReason::EvidenceChanged, None), now).await?;
    Ok(true)
}

impl Store {
    /// Ends the decisions whose last day is past, and counts their items again. Costs one
    /// look where there are none. How many repositories had one.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn expire_decisions(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let mut expired = 0;
        loop {
            let some = self.expire_some(now).await?;
            if some == 0 {
                return Ok(expired);
            }
            expired += some;
        }
    }

    async fn expire_some(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let today = now.date_naive();
        let repositories = sqlx::query_scalar!(
            r#"
            SELECT DISTINCT dockerfile.repository_id
            FROM decision
            JOIN dockerfile USING (dockerfile_id)
            WHERE decision.ended_at IS NULL AND decision.expires_on < $1
            ORDER BY dockerfile.repository_id
            LIMIT $2
            "#,
            today,
            AT_ONCE,
        )
        .fetch_all(&self.pool)
        .await?;
        if repositories.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.pool.begin().await?;
        prefer_indexes(&mut transaction).await?;
        lock_repositories(&mut transaction, &repositories).await?;
        sqlx::query!(
            r#"
            UPDATE decision
            SET ended_at = $3, end_reason = 'expired'
            FROM dockerfile
            WHERE decision.dockerfile_id = dockerfile.dockerfile_id
              AND dockerfile.repository_id = ANY($1)
              AND decision.ended_at IS NULL
              AND decision.expires_on < $2
            "#,
            &repositories,
            today,
            now,
        )
        .execute(&mut *transaction)
        .await?;
        refresh_progress(&mut transaction, &repositories, now).await?;
        transaction.commit().await?;
        Ok(repositories.len())
    }
}
