//! The sums that pages show, kept in the transaction that changes what they sum.

use checklist::Item;
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

/// Sums the present verdicts of repositories anew, with what people decided: per item, per
/// repository, and the repository's counts of the day. What did not change writes no row.
pub(crate) async fn refresh_progress(
    connection: &mut sqlx::PgConnection,
    repositories: &[i64],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let items = Item::ALL.map(|it| it.slug().to_owned());
    let today = now.date_naive();
    for some in repositories.chunks(AT_ONCE) {
        sqlx::query_file!("sql/settle_decisions.sql", some, now, today)
            .execute(&mut *connection)
            .await?;
        sqlx::query_file!("sql/save_outcomes.sql", some, &items).execute(&mut *connection).await?;
        sqlx::query_file!("sql/refresh_progress.sql", some, now, today, &items)
            .execute(&mut *connection)
            .await?;
        sqlx::query_file!("sql/mark_changed.sql", some, now).execute(&mut *connection).await?;
    }
    grow_revision_of(connection, repositories).await
}

/// Tells the pages of these repositories' organizations that something changed. Last in a
/// transaction: others wait for it.
pub(crate) async fn grow_revision_of(
    connection: &mut sqlx::PgConnection,
    repositories: &[i64],
) -> Result<(), StoreError> {
    if repositories.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        UPDATE organization
        SET revision = revision + 1
        WHERE organization_id IN (
            SELECT organization_id FROM repository WHERE repository_id = ANY($1)
        )
        "#,
        repositories,
    )
    .execute(connection)
    .await?;
    Ok(())
}
