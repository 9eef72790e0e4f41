//! A person's own token at GitHub, which is kept sealed with each session of theirs.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};

use crate::sealed::SecretKeys;
use crate::session::place;
use crate::{PersonId, SessionId, Store, StoreError};

/// A person's own token at GitHub, and the session that it is kept with.
#[derive(Debug, Clone)]
pub struct UserToken {
    /// The session.
    pub session: SessionId,
    /// The token.
    pub token: SecretString,
    session_sha256: Vec<u8>,
}

impl Store {
    /// The token of one session of a person, or of the one that began last: a program's
    /// token has none of its own. None if no such session is alive, or the key that sealed
    /// it is gone.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn user_token(
        &self,
        (person, session): (PersonId, Option<SessionId>),
        keys: &SecretKeys,
        now: DateTime<Utc>,
    ) -> Result<Option<UserToken>, StoreError> {
        let row = sqlx::query!(
            r#"
            SELECT session_id, token_sha256, sealed AS "sealed!"
            FROM session
            WHERE person_id = $1 AND sealed IS NOT NULL
              AND idle_until > $2 AND ends_at > $2
              AND ($3::bigint IS NULL OR session_id = $3)
            ORDER BY session_id DESC
            LIMIT 1
            "#,
            person.0,
            now,
            session.map(|it| it.0),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let Ok(token) = keys.open(&row.sealed, place(&row.token_sha256)) else { return Ok(None) };
        let session = SessionId(row.session_id);
        Ok(Some(UserToken { session, token, session_sha256: row.token_sha256 }))
    }

    /// Keeps another token in place of one, if its session is still there.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::NoRandomness`].
    pub async fn renew_user_token(
        &self,
        old: &UserToken,
        renewed: &SecretString,
        keys: &SecretKeys,
    ) -> Result<(), StoreError> {
        let secret = renewed.expose_secret().as_bytes();
        let sealed = keys.seal(secret, place(&old.session_sha256))?;
        sqlx::query!(
            r#"UPDATE session SET sealed = $2 WHERE session_id = $1"#,
            old.session.0,
            sealed,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
