//! What is known of the budget behind a credential, shared by all processes.

use chrono::{DateTime, Utc};

use crate::{Store, StoreError};

impl Store {
    /// What was last saved about the budget of an identity, in `github`'s own words.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn budget(&self, identity: &str) -> Result<Option<String>, StoreError> {
        let state =
            sqlx::query_scalar!(r#"SELECT state FROM budget WHERE identity = $1"#, identity)
                .fetch_optional(&self.pool)
                .await?;
        Ok(state)
    }

    /// Saves what is known about the budget of an identity.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_budget(
        &self,
        identity: &str,
        state: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            INSERT INTO budget AS old (identity, state, saved_at)
            VALUES ($1, $2, $3)
            ON CONFLICT (identity) DO UPDATE SET state = excluded.state, saved_at = excluded.saved_at
            WHERE old.state <> excluded.state
            "#,
            identity,
            state,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
