//! Every secret in the database sealed anew, after the key was changed.

use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::sealed::SecretKeys;
use crate::session::place;
use crate::{AuditAction, Store, StoreError};

/// Sessions that are looked at in one query.
const PAGE: i64 = 200;

/// What became of the secrets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Sealed with the present key now.
    pub sealed: u64,
    /// Open with neither key; their sessions ended.
    pub lost: u64,
}

struct Row {
    session_id: i64,
    token_sha256: Vec<u8>,
    sealed: Vec<u8>,
}

impl Store {
    /// Seals what the old key sealed with the present one, row by row, while others work;
    /// running it twice changes nothing. Sign-ins that are away are over in ten minutes.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::NoRandomness`].
    pub async fn reseal(
        &self,
        keys: &SecretKeys,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Resealed, StoreError> {
        let mut done = Resealed::default();
        let mut after = 0;
        loop {
            let rows = self.sealed_sessions(after).await?;
            let Some(last) = rows.last() else { break };
            after = last.session_id;
            for row in rows.iter().filter(|it| !keys.is_present(&it.sealed)) {
                match keys.open(&row.sealed, place(&row.token_sha256)) {
                    Ok(secret) => {
                        let secret = secret.expose_secret().as_bytes();
                        let sealed = keys.seal(secret, place(&row.token_sha256))?;
                        done.sealed += self.replace_sealed(row, &sealed).await?;
                    }
                    Err(_) => done.lost += self.end_unreadable(row).await?,
                }
            }
        }
        let entry = AuditEntry::of(AuditAction::SecretsRotated, "sessions")
            .after(json!({ "sealed": done.sealed, "lost": done.lost }));
        let mut connection = self.pool.acquire().await?;
        audit::write(&mut connection, actor, &entry, now).await?;
        Ok(done)
    }

    async fn sealed_sessions(&self, after: i64) -> Result<Vec<Row>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            SELECT session_id, token_sha256, sealed AS "sealed!"
            FROM session
            WHERE session_id > $1 AND sealed IS NOT NULL
            ORDER BY session_id
            LIMIT $2
            "#,
            after,
            PAGE,
        );
        Ok(rows.fetch_all(&self.pool).await?)
    }

    async fn replace_sealed(&self, row: &Row, sealed: &[u8]) -> Result<u64, StoreError> {
        let replaced = sqlx::query!(
            r#"UPDATE session SET sealed = $3 WHERE session_id = $1 AND sealed = $2"#,
            row.session_id,
            row.sealed,
            sealed,
        );
        Ok(replaced.execute(&self.pool).await?.rows_affected())
    }

    async fn end_unreadable(&self, row: &Row) -> Result<u64, StoreError> {
        let ended = sqlx::query!(
            r#"DELETE FROM session WHERE session_id = $1 AND sealed = $2"#,
            row.session_id,
            row.sealed,
        );
        Ok(ended.execute(&self.pool).await?.rows_affected())
    }
}
