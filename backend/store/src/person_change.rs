//! What operators change about persons. Roles and disabling hold at once: every session and
//! token is looked up together with its person.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::api_token::revoke_tokens;
use crate::audit::{self, Actor, AuditEntry};
use crate::person::account;
use crate::session_end::{end_sessions, ended_sessions};
use crate::{AuditAction, HashedPassword, PersonId, Role, Store, StoreError};

/// Whoever is the last operator stays one, or nobody could change anything any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "You are the last operator. Make somebody else an operator first, so that people can still be let in and kept out."
)]
pub struct LastOperator;

/// What is known of a person before they are changed.
struct Before {
    account: String,
    role: String,
    is_disabled: bool,
}

impl Store {
    /// Gives a person another role. False if they are not there or have it. The last operator
    /// does not lower their own.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn change_role(
        &self,
        person: PersonId,
        role: Role,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Result<bool, LastOperator>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if role < Role::Operator && is_last_operator(&mut transaction, person, actor).await? {
            return Ok(Err(LastOperator));
        }
        let Some(before) = before(&mut transaction, person).await? else { return Ok(Ok(false)) };
        if before.role == role.slug() {
            return Ok(Ok(false));
        }
        sqlx::query!(r#"UPDATE person SET role = $2 WHERE person_id = $1"#, person.0, role.slug())
            .execute(&mut *transaction)
            .await?;
        let entry = AuditEntry::of(AuditAction::RoleChanged, &before.account)
            .before(json!({ "role": before.role }))
            .after(json!({ "role": role }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(Ok(true))
    }

    /// Keeps a person out; their sessions end. False if they are not there or kept out. The
    /// last operator does not keep themselves out.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn disable_person(
        &self,
        person: PersonId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Result<bool, LastOperator>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if is_last_operator(&mut transaction, person, actor).await? {
            return Ok(Err(LastOperator));
        }
        let before = before(&mut transaction, person).await?;
        let Some(before) = before.filter(|it| !it.is_disabled) else { return Ok(Ok(false)) };
        sqlx::query!(
            r#"UPDATE person SET disabled_at = $2, sealed = NULL WHERE person_id = $1"#,
            person.0,
            now,
        )
        .execute(&mut *transaction)
        .await?;
        let ended = end_sessions(&mut transaction, person).await?;
        let entry = AuditEntry::of(AuditAction::PersonDisabled, &before.account)
            .after(ended_sessions(ended));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(Ok(true))
    }

    /// Lets a person in again. False if they are not there or not kept out.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn enable_person(
        &self,
        person: PersonId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let before = before(&mut transaction, person).await?;
        let Some(before) = before.filter(|it| it.is_disabled) else { return Ok(false) };
        sqlx::query!(r#"UPDATE person SET disabled_at = NULL WHERE person_id = $1"#, person.0)
            .execute(&mut *transaction)
            .await?;
        let entry = AuditEntry::of(AuditAction::PersonEnabled, &before.account);
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Gives a local account another password. Whoever knew the old one may have a session or
    /// made a token with it, so all of them end. False if there is none.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn change_password(
        &self,
        person: PersonId,
        password: &HashedPassword,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let Some(before) = before(&mut transaction, person).await? else { return Ok(false) };
        let changed = sqlx::query!(
            r#"UPDATE person SET password_hash = $2 WHERE person_id = $1 AND method = 'local'"#,
            person.0,
            password.phc(),
        )
        .execute(&mut *transaction)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        let ended = end_sessions(&mut transaction, person).await?;
        let revoked = revoke_tokens(&mut transaction, person, now).await?;
        let entry = AuditEntry::of(AuditAction::PasswordChanged, &before.account)
            .after(json!({ "ended_sessions": ended, "revoked_tokens": revoked }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Removes a person with their sessions and tokens. False if they are not there. The last
    /// operator does not remove themselves.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn remove_person(
        &self,
        person: PersonId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Result<bool, LastOperator>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if is_last_operator(&mut transaction, person, actor).await? {
            return Ok(Err(LastOperator));
        }
        let Some(before) = before(&mut transaction, person).await? else { return Ok(Ok(false)) };
        sqlx::query!(r#"DELETE FROM person WHERE person_id = $1"#, person.0)
            .execute(&mut *transaction)
            .await?;
        let entry = AuditEntry::of(AuditAction::PersonRemoved, &before.account)
            .before(json!({ "role": before.role, "disabled": before.is_disabled }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(Ok(true))
    }
}

/// Whether a person changes themselves and nobody else is an operator. Whoever may use the
/// command line can always make one. Operators stay as they are until the transaction ends:
/// of two at once, each would take the other for the one who stays.
async fn is_last_operator(
    connection: &mut sqlx::PgConnection,
    person: PersonId,
    actor: &Actor,
) -> Result<bool, StoreError> {
    if actor.person != Some(person) {
        return Ok(false);
    }
    let operators = sqlx::query_scalar!(
        r#"
        SELECT person_id
        FROM person
        WHERE role = 'operator' AND disabled_at IS NULL
        ORDER BY person_id
        FOR UPDATE
        "#,
    );
    Ok(operators.fetch_all(connection).await? == [person.0])
}

/// The person as they are, kept so until the transaction ends.
async fn before(
    connection: &mut sqlx::PgConnection,
    person: PersonId,
) -> Result<Option<Before>, StoreError> {
    let row = sqlx::query!(
        r#"
        SELECT method, subject, role, disabled_at IS NOT NULL AS "is_disabled!"
        FROM person
        WHERE person_id = $1
        FOR UPDATE
        "#,
        person.0,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let account = account(row.method.try_into()?, &row.subject);
    Ok(Some(Before { account, role: row.role, is_disabled: row.is_disabled }))
}
