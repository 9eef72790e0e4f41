//! Everybody who may come in, for the operator.

use chrono::{DateTime, Utc};

use crate::person::PersonRow;
use crate::{Person, Store, StoreError};

/// The most persons of one list.
const MOST_PERSONS: i64 = 1000;

/// A person, and what lets them in at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLine {
    /// The person.
    pub person: Person,
    /// Whether the settings named them as an operator when they last came in.
    pub is_named: bool,
    /// Their sessions.
    pub sessions: i64,
    /// Their API tokens that are good.
    pub tokens: i64,
}

impl Store {
    /// The first thousand persons, as [`Store::persons`] finds them.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn people(
        &self,
        like: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Vec<PersonLine>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT person_id, method, subject, name, role, created_at, last_seen_at, disabled_at,
                   named_as IS NOT NULL AS "is_named!",
                   (SELECT count(*) FROM session
                    WHERE session.person_id = person.person_id
                      AND least(idle_until, ends_at) > $2) AS "sessions!",
                   (SELECT count(*) FROM api_token
                    WHERE api_token.person_id = person.person_id
                      AND revoked_at IS NULL AND expires_at > $2) AS "tokens!"
            FROM person
            WHERE $1::text IS NULL OR position(lower($1) IN lower(name || ' ' || subject)) > 0
            ORDER BY method, lower(name), person_id
            LIMIT $3
            "#,
            like,
            now,
            MOST_PERSONS,
        )
        .fetch_all(&self.pool)
        .await?;
        let lines = rows.into_iter().map(|row| {
            let (is_named, sessions, tokens) = (row.is_named, row.sessions, row.tokens);
            let person = PersonRow {
                person_id: row.person_id,
                method: row.method,
                subject: row.subject,
                name: row.name,
                role: row.role,
                created_at: row.created_at,
                last_seen_at: row.last_seen_at,
                disabled_at: row.disabled_at,
            };
            Ok(PersonLine { person: person.try_into()?, is_named, sessions, tokens })
        });
        lines.collect()
    }
}
