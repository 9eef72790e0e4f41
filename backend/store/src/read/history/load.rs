//! Reads an organization's history as it is at one moment.

use checklist::Item;
use chrono::NaiveDate;
use names::RepositoryId;
use sqlx::PgConnection;

use super::{Counts, History, HistoryDay, RepositoryDay};
use crate::{Store, StoreError};

struct Row {
    repository_id: i64,
    day: NaiveDate,
    is_reconstructed: bool,
    all_done: i32,
    all_to_verify: i32,
    all_open: i32,
    done: Vec<i32>,
    to_verify: Vec<i32>,
    open: Vec<i32>,
}

impl Store {
    /// The history of an organization. One that is not there has none.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn history(&self, organization_id: i64) -> Result<History, StoreError> {
        // Days before rows: what follows sees no later change, so that none is missed.
        let (revision, days) = self.organization_days(organization_id).await?;
        let mut history = History { revision, days, ..History::default() };
        let mut connection = self.pool.acquire().await?;
        for row in rows(&mut connection, organization_id).await? {
            let steps = history.repositories.entry(RepositoryId(row.repository_id)).or_default();
            steps.push(RepositoryDay::new(&row, &history.days));
        }
        Ok(history)
    }

    /// The organization's revision, and the counts of every day on which a crawl ended and
    /// of the reckoned days before them, oldest first. Without days the revision is 0.
    async fn organization_days(
        &self,
        organization_id: i64,
    ) -> Result<(i64, Vec<HistoryDay>), StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT day, met + verified AS "done!", verify AS to_verify,
                   remaining + unknown AS "open!",
                   rule_version, catalog_version, is_reconstructed, revision
            FROM organization_day
            JOIN organization USING (organization_id)
            WHERE organization_id = $1
            ORDER BY day
            "#,
            organization_id,
        )
        .fetch_all(&self.pool)
        .await?;
        let revision = rows.first().map_or(0, |it| it.revision);
        let days = rows.into_iter().map(|row| HistoryDay {
            day: row.day,
            done: row.done.into(),
            to_verify: row.to_verify.into(),
            open: row.open.into(),
            edition: (row.rule_version, row.catalog_version),
            is_reconstructed: row.is_reconstructed,
        });
        Ok((revision, days.collect()))
    }
}

/// Reckoned days first: they end before the first day seen.
async fn rows(connection: &mut PgConnection, organization_id: i64) -> Result<Vec<Row>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT repository_id,
               day,
               is_reconstructed,
               met + verified AS "all_done!",
               verify AS all_to_verify,
               remaining + unknown AS "all_open!",
               done,
               to_verify,
               open
        FROM repository
        JOIN repository_day USING (repository_id)
        WHERE organization_id = $1
        ORDER BY repository_id, is_reconstructed DESC, day
        "#,
        organization_id,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

impl RepositoryDay {
    fn new(row: &Row, days: &[HistoryDay]) -> Self {
        let reckoned = days.partition_point(|it| it.is_reconstructed);
        let (past, seen) = days.split_at(reckoned);
        let place = match row.is_reconstructed {
            true => past.partition_point(|it| it.day < row.day),
            false => reckoned + seen.partition_point(|it| it.day < row.day),
        };
        let all = Counts { done: row.all_done, to_verify: row.all_to_verify, open: row.all_open };
        let is_reconstructed = row.is_reconstructed;
        Self { day: row.day, place, is_reconstructed, all, items: items(row) }
    }
}

fn items(row: &Row) -> Option<[Counts; Item::ALL.len()]> {
    let each = row.done.iter().zip(&row.to_verify).zip(&row.open);
    let counts: Vec<Counts> =
        each.map(|((&done, &to_verify), &open)| Counts { done, to_verify, open }).collect();
    counts.try_into().ok()
}
