//! What operators change about persons. Roles and disabling hold at once: every session and
//! token is looked up together with its person.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::person::account;
use crate::session_end::{end_sessions, ended_sessions};
use crate::{AuditAction, HashedPassword, PersonId, Role, Store, StoreError};

/// What is known of a person before they are changed.
struct Before {
    account: String,
    role: String,
    is_disabled: bool,
}

impl Store {
    /// Gives a person another role. False if they are not there or have it.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn change_role(
        &self,
        person: PersonId,
        role: Role,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let Some(before) = before(&mut transaction, person).await? else { return Ok(false) };
        if before.role == role.slug() {
            return Ok(false);
        }
        sqlx::query!(r#"UPDATE person SET role = $2 WHERE person_id = $1"#, person.0, role.slug())
            .execute(&mut *transaction)
            .await?;
        let entry = AuditEntry::of(AuditAction::RoleChanged, &before.account)
            .before(json!({ "role": before.role }))
            .after(json!({ "role": role }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Keeps a person out; their sessions end. False if they are not there or kept out.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn disable_person(
        &self,
        person: PersonId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let before = before(&mut transaction, person).await?;
        let Some(before) = before.filter(|it| !it.is_disabled) else { return Ok(false) };
        sqlx::query!(r#"UPDATE person SET disabled_at = $2 WHERE person_id = $1"#, person.0, now)
            .execute(&mut *transaction)
            .await?;
        let ended = end_sessions(&mut transaction, person).await?;
        let entry = AuditEntry::of(AuditAction::PersonDisabled, &before.account)
            .after(ended_sessions(ended));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(true)
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

    /// Gives a local account another password; its sessions end. False if there is none.
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
        let entry = AuditEntry::of(AuditAction::PasswordChanged, &before.account)
            .after(ended_sessions(ended));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Removes a person with their sessions and tokens. False if they are not there.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn remove_person(
        &self,
        person: PersonId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let Some(before) = before(&mut transaction, person).await? else { return Ok(false) };
        sqlx::query!(r#"DELETE FROM person WHERE person_id = $1"#, person.0)
            .execute(&mut *transaction)
            .await?;
        let entry = AuditEntry::of(AuditAction::PersonRemoved, &before.account)
            .before(json!({ "role": before.role, "disabled": before.is_disabled }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(true)
    }
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
