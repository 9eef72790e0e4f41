//! Attempts to guess a password, limited by account and by where they come from, over all
//! processes. An attempt counts as failed until it has succeeded, so that many at once gain
//! nothing. Few failures close an account to where they came from and to nobody else, so that
//! a stranger does not lock its person out; very many from everywhere close it to all.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use crate::sign_in_source::{lock, lock_source, source_of};
use crate::{Store, StoreError};

/// How long a failure counts.
pub(crate) const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// The most failures of one account from one source.
const MOST_OF_BOTH: i64 = 5;
/// The most failures of one account, wherever they come from.
const MOST_OF_ACCOUNT: i64 = 50;
/// The most failures of one source.
const MOST_OF_SOURCE: i64 = 30;

/// An attempt that may be made.
#[derive(Debug)]
pub struct Attempt(i64);

impl Store {
    /// Begins an attempt to sign in as an account, whether there is one of that name or not.
    /// None if there were too many.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn begin_attempt(
        &self,
        account: &str,
        address: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Option<Attempt>, StoreError> {
        let digest: [u8; 32] = Sha256::digest(account.trim().to_lowercase()).into();
        let source = source_of(address);
        let mut transaction = self.pool.begin().await?;
        // Always in this order, so that no two wait for each other.
        lock_source(&mut transaction, &source).await?;
        lock(&mut transaction, &digest).await?;
        let attempt = sqlx::query_scalar!(
            r#"
            INSERT INTO sign_in_attempt (account_sha256, source, at, succeeded)
            SELECT $1, $2, $3, false
            WHERE (SELECT count(*) FROM sign_in_attempt
                   WHERE account_sha256 = $1 AND source = $2 AND at > $4 AND NOT succeeded) < $5
              AND (SELECT count(*) FROM sign_in_attempt
                   WHERE account_sha256 = $1 AND at > $4 AND NOT succeeded) < $6
              AND (SELECT count(*) FROM sign_in_attempt
                   WHERE source = $2 AND at > $4 AND NOT succeeded) < $7
            RETURNING sign_in_attempt_id
            "#,
            &digest[..],
            source,
            now,
            now - WINDOW,
            MOST_OF_BOTH,
            MOST_OF_ACCOUNT,
            MOST_OF_SOURCE,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(attempt.map(Attempt))
    }

    /// The attempt succeeded: it counts against nobody.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn succeed_attempt(&self, attempt: Attempt) -> Result<(), StoreError> {
        sqlx::query!(
            r#"UPDATE sign_in_attempt SET succeeded = true WHERE sign_in_attempt_id = $1"#,
            attempt.0,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
