//! What findings say, for the page of one item: an example beside each reason.

use std::collections::HashMap;

use checklist::Item;

use crate::{Store, StoreError};

impl Store {
    /// For each reason code among the findings of some reports on an item, what one of them
    /// says: the first by report and place.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn example_messages(
        &self,
        reports: &[i64],
        item: Item,
    ) -> Result<HashMap<String, String>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT DISTINCT ON (code) code, message
            FROM finding
            WHERE report_id = ANY($1) AND item = $2
            ORDER BY code, report_id, ordinal
            "#,
            reports,
            item.slug(),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (row.code, row.message)).collect())
    }
}
