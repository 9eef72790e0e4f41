//! Every secret in the database sealed anew, after the key was changed.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::sealed::SecretKeys;
use crate::{AuditAction, PersonId, Store, StoreError, user_token};

/// Persons that are looked at in one query.
const PAGE: i64 = 200;

/// What became of the secrets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Sealed with the present key now.
    pub sealed: u64,
    /// Open with neither key; the sessions of their persons ended.
    pub lost: u64,
}

struct Row {
    person_id: i64,
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
            let rows = self.sealed_persons(after).await?;
            let Some(last) = rows.last() else { break };
            after = last.person_id;
            for row in rows.iter().filter(|it| !keys.is_present(&it.sealed)) {
                let person = PersonId(row.person_id);
                match user_token::open(keys, &row.sealed, person) {
                    Ok(token) => {
                        let sealed = user_token::seal(keys, &token, person)?;
                        done.sealed += self.replace_sealed(person, &row.sealed, &sealed).await?;
                    }
                    Err(_) => done.lost += self.give_up_unreadable(row).await?,
                }
            }
        }
        let entry = AuditEntry::of(AuditAction::SecretsRotated, "tokens of persons")
            .after(json!({ "sealed": done.sealed, "lost": done.lost }));
        let mut connection = self.pool.acquire().await?;
        audit::write(&mut connection, actor, &entry, now).await?;
        Ok(done)
    }

    async fn sealed_persons(&self, after: i64) -> Result<Vec<Row>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            SELECT person_id, sealed AS "sealed!"
            FROM person
            WHERE person_id > $1 AND sealed IS NOT NULL
            ORDER BY person_id
            LIMIT $2
            "#,
            after,
            PAGE,
        );
        Ok(rows.fetch_all(&self.pool).await?)
    }

    async fn give_up_unreadable(&self, row: &Row) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let person = PersonId(row.person_id);
        let ended = user_token::give_up(&mut transaction, person, &row.sealed).await?;
        transaction.commit().await?;
        Ok(u64::from(ended.is_some()))
    }
}
