//! A browser that was sent away to sign in, until it comes back: taken once, by the browser
//! that began, within ten minutes.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};

use crate::sealed::{Place, SecretKeys};
use crate::sign_in_source::{lock_source, source_of};
use crate::token::Token;
use crate::{SignInMethod, Store, StoreError};

/// How long it may take to come back.
pub(crate) const PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// The most browsers of one source that are away at once.
const MOST_AWAY: i64 = 30;

/// What proves at the end that it is the same sign-in that began.
#[derive(Debug, Clone)]
pub struct FlowSecrets {
    /// PKCE's code verifier.
    pub verifier: SecretString,
    /// What an id token must repeat; empty where there is none.
    pub nonce: SecretString,
}

/// A sign-in that begins.
#[derive(Debug, Clone)]
pub struct NewFlow<'a> {
    /// Where the browser goes.
    pub method: SignInMethod,
    /// What comes back in the address.
    pub state: &'a Token,
    /// What comes back in a cookie.
    pub browser: &'a Token,
    /// What stays here.
    pub secrets: &'a FlowSecrets,
    /// The page of ours that was asked for.
    pub return_to: &'a str,
    /// From where the browser comes.
    pub address: IpAddr,
}

/// A sign-in that came back.
#[derive(Debug, Clone)]
pub struct SignInFlow {
    /// Where the browser went.
    pub method: SignInMethod,
    /// What it began with.
    pub secrets: FlowSecrets,
    /// The page of ours that was asked for.
    pub return_to: String,
}

impl Store {
    /// Begins a sign-in. False if too many began from there and did not come back.
    ///
    /// # Errors
    /// [`StoreError::Query`], also for a page to return to that is not ours.
    pub async fn begin_flow(
        &self,
        new: &NewFlow<'_>,
        keys: &SecretKeys,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let (digest, source) = (new.state.sha256(), source_of(new.address));
        let FlowSecrets { verifier, nonce } = new.secrets;
        let secrets = serde_json::json!([verifier.expose_secret(), nonce.expose_secret()]);
        let sealed = keys.seal(secrets.to_string().as_bytes(), place(&digest))?;
        let mut transaction = self.pool.begin().await?;
        lock_source(&mut transaction, &source).await?;
        let added = sqlx::query!(
            r#"
            INSERT INTO sign_in_flow
                (state_sha256, browser_sha256, method, sealed, return_to, source, created_at)
            SELECT $1, $2, $3, $4, $5, $6, $7
            WHERE (SELECT count(*) FROM sign_in_flow WHERE source = $6 AND created_at > $8) < $9
            "#,
            &digest[..],
            &new.browser.sha256()[..],
            new.method.slug(),
            sealed,
            new.return_to,
            source,
            now,
            now - PATIENCE,
            MOST_AWAY,
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(added.rows_affected() > 0)
    }

    /// Takes the sign-in that a browser comes back with; there is none a second time. One
    /// that another browser began stays for that one.
    ///
    /// # Errors
    /// [`StoreError::Query`]; [`StoreError::Sealed`] if the key is another one by now.
    pub async fn take_flow(
        &self,
        state: &Token,
        browser: &Token,
        keys: &SecretKeys,
        now: DateTime<Utc>,
    ) -> Result<Option<SignInFlow>, StoreError> {
        let digest = state.sha256();
        let row = sqlx::query!(
            r#"
            DELETE FROM sign_in_flow
            WHERE state_sha256 = $1 AND browser_sha256 = $2 AND created_at > $3
            RETURNING method, sealed, return_to
            "#,
            &digest[..],
            &browser.sha256()[..],
            now - PATIENCE,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let secrets = keys.open(&row.sealed, place(&digest))?;
        let [verifier, nonce]: [SecretString; 2] =
            serde_json::from_str(secrets.expose_secret()).map_err(|_| StoreError::Sealed)?;
        Ok(Some(SignInFlow {
            method: row.method.try_into()?,
            secrets: FlowSecrets { verifier, nonce },
            return_to: row.return_to,
        }))
    }
}

fn place(state_sha256: &[u8]) -> Place<'_> {
    Place { table: "sign_in_flow", row: state_sha256 }
}
