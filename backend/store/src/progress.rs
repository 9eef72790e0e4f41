//! The sums that pages show, kept in the transaction that changes what they sum.

use chrono::{DateTime, Utc};

use crate::StoreError;

/// Sums the present verdicts of repositories anew: per item, per repository, and the
/// repository's counts of the day. What did not change writes no row.
pub(crate) async fn refresh_progress(
    connection: &mut sqlx::PgConnection,
    repositories: &[i64],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if repositories.is_empty() {
        return Ok(());
    }
    sqlx::query_file!("sql/refresh_progress.sql", repositories, now, now.date_naive())
        .execute(connection)
        .await?;
    Ok(())
}
