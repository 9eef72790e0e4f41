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
        let opened = open(keys, &sealed, person);
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
        self.replace_sealed(old.person, &old.sealed, &sealed).await?;
        Ok(())
    }

    /// Keeps a sealed token in place of one, if that is still there; says how many are replaced.
    pub(crate) async fn replace_sealed(
        &self,
        person: PersonId,
        old: &[u8],
        new: &[u8],
    ) -> Result<u64, StoreError> {
        let replaced = sqlx::query!(
            r#"UPDATE person SET sealed = $3 WHERE person_id = $1 AND sealed = $2"#,
            person.0,
            old,
            new,
        );
        Ok(replaced.execute(&self.pool).await?.rows_affected())
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
        let Some(ended) = give_up(&mut transaction, person.id, &token.sealed).await? else {
            return Ok(false);
        };
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

/// The token that was sealed for a person.
pub(crate) fn open(
    keys: &SecretKeys,
    sealed: &[u8],
    person: PersonId,
) -> Result<SecretString, StoreError> {
    keys.open(sealed, place(&row(person)))
}

/// Forgets a sealed token, and ends all sessions of its person, which lean on it. Gives how many
/// those were; none if the token is another one by now.
pub(crate) async fn give_up(
    connection: &mut sqlx::PgConnection,
    person: PersonId,
    sealed: &[u8],
) -> Result<Option<u64>, StoreError> {
    let given_up = sqlx::query!(
        r#"UPDATE person SET sealed = NULL WHERE person_id = $1 AND sealed = $2"#,
        person.0,
        sealed,
    );
    if given_up.execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(None);
    }
    end_sessions(connection, person).await.map(Some)
}

fn row(person: PersonId) -> [u8; 8] {
    person.0.to_be_bytes()
}

/// Where a person's sealed token stands.
fn place(row: &[u8; 8]) -> Place<'_> {
    Place { table: "person", row }
}
