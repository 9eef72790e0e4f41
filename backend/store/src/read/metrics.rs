//! What an operator watches: crawls and jobs by how they stand.

use crate::{Store, StoreError};

/// How many crawls or jobs stand so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCount {
    /// `crawl` or `job`.
    pub kind: String,
    /// As the database writes it.
    pub state: String,
    /// How many.
    pub count: i64,
}

impl Store {
    /// Crawls by state, and jobs that wait, run or were given up.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn state_counts(&self) -> Result<Vec<StateCount>, StoreError> {
        let counts = sqlx::query_as!(
            StateCount,
            r#"
            SELECT 'crawl' AS "kind!", state AS "state!", count(*) AS "count!"
            FROM crawl
            GROUP BY state
            UNION ALL
            SELECT 'job', state, count(*)
            FROM job
            WHERE state IN ('queued', 'running', 'failed')
            GROUP BY state
            ORDER BY 1, 2
            "#,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(counts)
    }
}
