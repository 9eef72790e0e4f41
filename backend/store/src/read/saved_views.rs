//! The saved views of a table.

use crate::saved_view::ViewPage;
use crate::{Store, StoreError};

/// A view with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Our own id.
    pub saved_view_id: i64,
    /// What people call it.
    pub name: String,
    /// The query of its address.
    pub query: String,
}

impl Store {
    /// The saved views of a table, by name.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn saved_views(
        &self,
        organization_id: i64,
        page: ViewPage,
    ) -> Result<Vec<SavedView>, StoreError> {
        let views = sqlx::query_as!(
            SavedView,
            r#"
            SELECT saved_view_id, name, query
            FROM saved_view
            WHERE organization_id = $1 AND page = $2
            ORDER BY lower(name)
            "#,
            organization_id,
            page.slug(),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(views)
    }
}
