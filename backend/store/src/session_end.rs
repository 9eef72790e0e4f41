//! How sessions end: by signing out, on the account page, and by an operator.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::audit::{self, Actor, AuditEntry};
use crate::person::Person;
use crate::token::Token;
use crate::{AuditAction, PersonId, SessionId, Store, StoreError};

impl Store {
    /// Signs out: ends the session of a cookie. False if there is none.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn sign_out(
        &self,
        token: &Token,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if !end(&mut transaction, token).await? {
            return Ok(false);
        }
        let entry = AuditEntry::of(AuditAction::SignOut, &actor.name);
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Ends one session of a person. False if it is not theirs, or over.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn revoke_session(
        &self,
        person: &Person,
        session: SessionId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let ended = sqlx::query!(
            r#"DELETE FROM session WHERE session_id = $1 AND person_id = $2"#,
            session.0,
            person.id.0,
        )
        .execute(&mut *transaction)
        .await?;
        if ended.rows_affected() == 0 {
            return Ok(false);
        }
        note_ended(&mut transaction, person, 1, (actor, now)).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Ends every session of a person but the one that is to be kept, and says how many.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn revoke_other_sessions(
        &self,
        person: &Person,
        kept: SessionId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let ended = sqlx::query!(
            r#"DELETE FROM session WHERE person_id = $1 AND session_id <> $2"#,
            person.id.0,
            kept.0,
        )
        .execute(&mut *transaction)
        .await?;
        let ended = ended.rows_affected();
        note_ended(&mut transaction, person, ended, (actor, now)).await?;
        transaction.commit().await?;
        Ok(ended)
    }

    /// Ends every session of a person, this one too, and says how many.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn revoke_sessions(
        &self,
        person: &Person,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let ended = end_sessions(&mut transaction, person.id).await?;
        note_ended(&mut transaction, person, ended, (actor, now)).await?;
        transaction.commit().await?;
        Ok(ended)
    }
}

/// Writes down how many sessions of a person somebody ended.
pub(crate) async fn note_ended(
    connection: &mut sqlx::PgConnection,
    person: &Person,
    ended: u64,
    (actor, now): (&Actor, DateTime<Utc>),
) -> Result<(), StoreError> {
    let account = person.account();
    let entry = AuditEntry::of(AuditAction::SessionRevoked, &account).after(ended_sessions(ended));
    audit::write(connection, actor, &entry, now).await
}

/// Ends the session of a cookie. False if there is none.
pub(crate) async fn end(
    connection: &mut sqlx::PgConnection,
    token: &Token,
) -> Result<bool, StoreError> {
    let ended = sqlx::query!(r#"DELETE FROM session WHERE token_sha256 = $1"#, &token.sha256()[..])
        .execute(connection)
        .await?;
    Ok(ended.rows_affected() > 0)
}

/// Ends all sessions of a person, and says how many.
pub(crate) async fn end_sessions(
    connection: &mut sqlx::PgConnection,
    person: PersonId,
) -> Result<u64, StoreError> {
    let ended = sqlx::query!(r#"DELETE FROM session WHERE person_id = $1"#, person.0)
        .execute(connection)
        .await?;
    Ok(ended.rows_affected())
}

pub(crate) fn ended_sessions(ended: u64) -> Value {
    json!({ "ended_sessions": ended })
}
