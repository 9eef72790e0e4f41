//! The sessions of a person, for the account page.

use chrono::{DateTime, Utc};

use crate::{PersonId, SessionId, Store, StoreError};

/// A session that lets its person in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// What it is ended by.
    pub id: SessionId,
    /// When they signed in.
    pub created_at: DateTime<Utc>,
    /// Its last use, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// When it is over if it is not used before.
    pub over_at: DateTime<Utc>,
    /// From where they signed in.
    pub address: String,
    /// What the browser called itself.
    pub browser: String,
}

impl Store {
    /// A person's sessions, the one used last first.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn sessions(
        &self,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Vec<SessionLine>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT session_id, created_at, last_used_at,
                   least(idle_until, ends_at) AS "over_at!", address, browser
            FROM session
            WHERE person_id = $1 AND least(idle_until, ends_at) > $2
            ORDER BY last_used_at DESC, session_id DESC
            "#,
            person.0,
            now,
        )
        .fetch_all(&self.pool)
        .await?;
        let lines = rows.into_iter().map(|row| SessionLine {
            id: SessionId(row.session_id),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            over_at: row.over_at,
            address: row.address,
            browser: row.browser,
        });
        Ok(lines.collect())
    }
}
