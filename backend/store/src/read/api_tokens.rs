//! The API tokens of a person, for the account page and the operator.

use chrono::{DateTime, Utc};

use crate::{ApiTokenId, PersonId, Store, StoreError, TokenScope};

/// A token, of which nobody sees more than this again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiTokenLine {
    /// What it is revoked by.
    pub id: ApiTokenId,
    /// What it is for.
    pub name: String,
    /// What it is good for.
    pub scope: TokenScope,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// Its last use, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Store {
    /// The tokens that a person made, newest first; those that ended long ago are forgotten.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn api_tokens(&self, person: PersonId) -> Result<Vec<ApiTokenLine>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT api_token_id, name, scope, created_at, expires_at, last_used_at, revoked_at
            FROM api_token
            WHERE person_id = $1
            ORDER BY api_token_id DESC
            LIMIT 1000
            "#,
            person.0,
        )
        .fetch_all(&self.pool)
        .await?;
        let lines = rows.into_iter().map(|row| {
            Ok(ApiTokenLine {
                id: ApiTokenId(row.api_token_id),
                name: row.name,
                scope: row.scope.try_into()?,
                created_at: row.created_at,
                expires_at: row.expires_at,
                last_used_at: row.last_used_at,
                revoked_at: row.revoked_at,
            })
        });
        lines.collect()
    }
}
