//! The numbers of crawls, newest first, read on from any of them.

use super::crawls::{CrawlChoice, CrawlSummary, Which};
use crate::{Store, StoreError};

impl Store {
    /// The crawls of some organizations, newest first, those older than one if it is given, at
    /// most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn crawls_before(
        &self,
        choice: CrawlChoice<'_>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<CrawlSummary>, StoreError> {
        let ids = sqlx::query_scalar!(
            r#"
            SELECT crawl_id
            FROM crawl
            WHERE ($1::bigint[] IS NULL OR organization_id = ANY($1))
              AND ($2 OR kind = 'full' OR state <> 'done'
                   OR repositories_to_read > 0 OR repositories_failed > 0)
              AND crawl_id < coalesce($3, 9223372036854775807)
            ORDER BY crawl_id DESC
            LIMIT $4
            "#,
            choice.organizations as Option<&[i64]>,
            choice.which == Which::All,
            before,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        self.crawls_of(&ids).await
    }
}
