//! How the share of items met in each repository came to be what it is.

use std::collections::HashMap;

use chrono::NaiveDate;
use names::RepositoryId;

use crate::{Store, StoreError};

/// A repository's counts at the end of a day on which they changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareDay {
    /// The day.
    pub day: NaiveDate,
    /// Item verdicts met or verified.
    pub done: i32,
    /// Item verdicts that count.
    pub counted: i32,
}

/// The share done of each repository, from 0 to 1, where something counts.
pub type Shares = HashMap<RepositoryId, f64>;

impl ShareDay {
    /// The share done, from 0 to 1. None where nothing counts.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.counted > 0).then(|| f64::from(self.done) / f64::from(self.counted))
    }
}

impl Store {
    /// The counts of some repositories since a day, and their last ones before, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn share_days(
        &self,
        repositories: &[RepositoryId],
        from: NaiveDate,
    ) -> Result<HashMap<RepositoryId, Vec<ShareDay>>, StoreError> {
        let ids: Vec<i64> = repositories.iter().map(|it| it.0).collect();
        let rows = sqlx::query!(
            r#"
            SELECT each.repository_id, each.day,
                   each.met + each.verified AS "done!",
                   each.met + each.verified + each.remaining + each.verify + each.unknown
                       AS "counted!"
            FROM repository_day AS each
            WHERE each.repository_id = ANY($1)
              AND each.day >= coalesce(
                  (SELECT max(before.day) FROM repository_day AS before
                   WHERE before.repository_id = each.repository_id AND before.day <= $2),
                  $2)
            ORDER BY each.day
            "#,
            &ids,
            from,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut days: HashMap<RepositoryId, Vec<ShareDay>> = HashMap::new();
        for row in rows {
            let day = ShareDay { day: row.day, done: row.done, counted: row.counted };
            days.entry(RepositoryId(row.repository_id)).or_default().push(day);
        }
        Ok(days)
    }

    /// The share of each repository of an organization on a day; of one that came later, on
    /// its first day.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn shares_on(
        &self,
        organization_id: i64,
        day: NaiveDate,
    ) -> Result<Shares, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT repository.repository_id, first.day AS "day!", first.done AS "done!",
                   first.counted AS "counted!"
            FROM repository
            CROSS JOIN LATERAL (
                SELECT each.day, each.met + each.verified AS done,
                       each.met + each.verified + each.remaining + each.verify + each.unknown
                           AS counted
                FROM repository_day AS each
                WHERE each.repository_id = repository.repository_id
                  AND each.day >= coalesce(
                      (SELECT max(before.day) FROM repository_day AS before
                       WHERE before.repository_id = repository.repository_id
                         AND before.day <= $2),
                      $2)
                ORDER BY each.day
                LIMIT 1
            ) AS first
            WHERE repository.organization_id = $1
            "#,
            organization_id,
            day,
        )
        .fetch_all(&self.pool)
        .await?;
        let share = |day, done, counted| ShareDay { day, done, counted }.share();
        let shares = rows.into_iter().filter_map(|row| {
            let share = share(row.day, row.done, row.counted)?;
            Some((RepositoryId(row.repository_id), share))
        });
        Ok(shares.collect())
    }
}
