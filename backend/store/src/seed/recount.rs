//! Whether the sums that pages read agree with the rows that they sum.

use super::items;
use crate::{Store, StoreError};

/// A sum that is kept, and how many rows of it a recount contradicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recount {
    /// What was recounted.
    pub what: &'static str,
    /// Rows that are wrong, missing or too many.
    pub wrong: i64,
}

impl Store {
    /// Recounts, over every organization, all that is kept summed.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn recount(&self) -> Result<Vec<Recount>, StoreError> {
        let items = items();
        let letters = sqlx::query_file_scalar!("sql/seed/recount_outcomes.sql", &items);
        let by_item = sqlx::query_file_scalar!("sql/seed/recount_items.sql");
        let progress = sqlx::query_file_scalar!("sql/seed/recount_progress.sql");
        let days = sqlx::query_file_scalar!("sql/seed/recount_days.sql", &items);
        let past = sqlx::query_file_scalar!("sql/seed/recount_past.sql");
        let changes = sqlx::query_file_scalar!("sql/seed/recount_changes.sql");
        let recount = |what, wrong| Recount { what, wrong };
        Ok(vec![
            recount("letters of Dockerfiles", letters.fetch_one(&self.pool).await?),
            recount("items of repositories", by_item.fetch_one(&self.pool).await?),
            recount("progress of repositories", progress.fetch_one(&self.pool).await?),
            recount("last days of repositories", days.fetch_one(&self.pool).await?),
            recount("days of organizations", past.fetch_one(&self.pool).await?),
            recount("last changes of verdicts", changes.fetch_one(&self.pool).await?),
        ])
    }
}
