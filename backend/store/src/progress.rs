//! The sums that pages show, kept in the transaction that changes what they sum.

use chrono::{DateTime, Utc};

use crate::StoreError;

/// A page of the listing. The sums of many more would be compared each with each.
const AT_ONCE: usize = 100;

/// Keeps Postgres from reading whole tables until the transaction ends. What is written
/// here touches a few rows of large tables; a plan made while they were empty says
/// otherwise, and a connection keeps its plans.
pub(crate) async fn prefer_indexes(connection: &mut sqlx::PgConnection) -> Result<(), StoreError> {
    sqlx::query!("SET LOCAL enable_seqscan = off").execute(connection).await?;
    Ok(())
}

/// Sums the present verdicts of repositories anew: per item, per repository, and the
/// repository's counts of the day. What did not change writes no row.
pub(crate) async fn refresh_progress(
    connection: &mut sqlx::PgConnection,
    repositories: &[i64],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for some in repositories.chunks(AT_ONCE) {
        sqlx::query_file!("sql/refresh_progress.sql", some, now, now.date_naive())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
