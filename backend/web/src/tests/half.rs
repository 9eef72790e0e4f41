//! A reader for the tests of what costs how much.

use std::sync::Arc;

use store::OrganizationId;
use store::testing::TestStore;

use crate::reader::{Reader, Sight, Visible};

/// Whoever sees every other repository.
pub(crate) async fn of_half(store: &TestStore) -> Reader {
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT organization_id, repository_id FROM repository ORDER BY 2")
            .fetch_all(store.pool())
            .await
            .unwrap();
    let ids = rows.iter().step_by(2).map(|(_, id)| *id).collect();
    let visible = Visible::new([(OrganizationId(rows[0].0), ids)]);
    Reader { sight: Sight::Only(Arc::new(visible)), ..Reader::machine() }
}
