//! A person's own token at GitHub: sealed, one a person, of the sign-in that was last. It stays
//! as long as a session or an API token of theirs is good.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};

use crate::audit::Actor;
use crate::sealed::{Place, SecretKeys};
use crate::session_end::{end_sessions, note_ended};
use crate::{Person, PersonId, Store, StoreError};

/// A person's own token at GitHub.
#[derive(Debug, Clone)]
pub struct UserToken {
    /// The token.
    pub token: SecretString,
    person: PersonId,
    /// What stands in the row, which tells this token from a later one.
    sealed: Vec<u8>,
}

impl Store {
    /// The token of a person. None if they have none, or the key that sealed it is gone.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn user_token(
        &self,
        person: PersonId,
        keys: &SecretKeys,
    ) -> Result<Option<UserToken>, StoreError> {
        let sealed = sqlx::query_scalar!(
            r#"SELECT sealed AS "sealed!" FROM person
               WHERE person_id = $1 AND sealed IS NOT NULL"#,
            person.0,
        );
        let Some(sealed) = sealed.fetch_optional(&self.pool).await? else { return Ok(None) };
        let opened = keys.open(&sealed, place(&row(person)));
        Ok(opened.ok().map(|token| UserToken { token, person, sealed }))
    }

    /// Keeps another token in place of one, unless a sign-in brought a later one meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::NoRandomness`].
    pub async fn renew_user_token(
        &self,
        old: &UserToken,
        renewed: &SecretString,
        keys: &SecretKeys,
    ) -> Result<(), StoreError> {
        let sealed = seal(keys, renewed, old.person)?;
        sqlx::query!(
            r#"UPDATE person SET sealed = $3 WHERE person_id = $1 AND sealed = $2"#,
            old.person.0,
            old.sealed,
            sealed,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Gives up a token that GitHub takes no more, or whose person it names no more, and ends
    /// every session of theirs. False if a sign-in brought a later token meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn give_up_user_token(
        &self,
        person: &Person,
        token: &UserToken,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let given_up = sqlx::query!(
            r#"UPDATE person SET sealed = NULL WHERE person_id = $1 AND sealed = $2"#,
            person.id.0,
            token.sealed,
        )
        .execute(&mut *transaction)
        .await?;
        if given_up.rows_affected() == 0 {
            return Ok(false);
        }
        let ended = end_sessions(&mut transaction, person.id).await?;
        note_ended(&mut transaction, person, ended, (actor, now)).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// Keeps the token that a sign-in brought, in its transaction.
pub(crate) async fn keep(
    connection: &mut sqlx::PgConnection,
    person: PersonId,
    (token, keys): (&SecretString, &SecretKeys),
) -> Result<(), StoreError> {
    let sealed = seal(keys, token, person)?;
    sqlx::query!(r#"UPDATE person SET sealed = $2 WHERE person_id = $1"#, person.0, sealed)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) fn seal(
    keys: &SecretKeys,
    token: &SecretString,
    person: PersonId,
) -> Result<Vec<u8>, StoreError> {
    keys.seal(token.expose_secret().as_bytes(), place(&row(person)))
}

pub(crate) fn row(person: PersonId) -> [u8; 8] {
    person.0.to_be_bytes()
}

/// Where a person's sealed token stands.
pub(crate) fn place(row: &[u8; 8]) -> Place<'_> {
    Place { table: "person", row }
}
