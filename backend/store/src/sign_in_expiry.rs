//! What has run out of sign-ins is forgotten: nothing of it grows with the years.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Store, StoreError, sight, sign_in_attempt, sign_in_flow};

/// How long the account page shows an API token that has ended.
const ENDED_TOKEN: TimeDelta = TimeDelta::days(90);

impl Store {
    /// Forgets sessions that are over, sign-ins that did not come back, attempts and answers
    /// about sight that do not count any more, API tokens that ended long ago, and the tokens at
    /// GitHub of persons whom nothing lets in any more. Gives how many.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn forget_sign_ins(&self, now: DateTime<Utc>) -> Result<i64, StoreError> {
        let forgotten = sqlx::query_scalar!(
            r#"
            WITH user_token AS (
                UPDATE person SET sealed = NULL
                WHERE sealed IS NOT NULL
                  AND NOT EXISTS (
                    SELECT FROM session
                    WHERE session.person_id = person.person_id
                      AND least(idle_until, ends_at) > $1
                  ) AND NOT EXISTS (
                    SELECT FROM api_token
                    WHERE api_token.person_id = person.person_id
                      AND least(expires_at, revoked_at) > $1
                  )
                RETURNING 1
            ), over AS (
                DELETE FROM session WHERE least(idle_until, ends_at) <= $1 RETURNING 1
            ), flow AS (
                DELETE FROM sign_in_flow WHERE created_at <= $2 RETURNING 1
            ), attempt AS (
                DELETE FROM sign_in_attempt WHERE at <= $3 RETURNING 1
            ), seen AS (
                DELETE FROM sight WHERE asked_at <= $4 RETURNING 1
            ), token AS (
                DELETE FROM api_token WHERE least(expires_at, revoked_at) <= $5 RETURNING 1
            )
            SELECT (SELECT count(*) FROM user_token) + (SELECT count(*) FROM over)
                   + (SELECT count(*) FROM flow) + (SELECT count(*) FROM attempt)
                   + (SELECT count(*) FROM seen) + (SELECT count(*) FROM token) AS "forgotten!"
            "#,
            now,
            now - sign_in_flow::PATIENCE,
            now - sign_in_attempt::WINDOW,
            now - sight::HOLDS,
            now - ENDED_TOKEN,
        );
        Ok(forgotten.fetch_one(&self.pool).await?)
    }
}
