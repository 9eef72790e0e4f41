//! Local accounts: persons with a password that is kept here.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::password::{self, AccountName, HashedPassword};
use crate::person::PersonRow;
use crate::{AuditAction, Person, PersonId, Role, Store, StoreError};

/// What a name and a password come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordAnswer {
    /// The person.
    Right(Person),
    /// No such account, another password, or kept out: a guest is not told which.
    Wrong,
    /// Too many failures: nobody looked.
    TooOften,
}

impl Store {
    /// Adds a local account. None if there is one of that name.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn add_local_account(
        &self,
        name: &AccountName,
        password: &HashedPassword,
        role: Role,
        (actor, now): (&Actor, DateTime<Utc>),
    ) -> Result<Option<PersonId>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let added = sqlx::query_scalar!(
            r#"
            INSERT INTO person (method, subject, name, role, password_hash, created_at)
            VALUES ('local', $1, $1, $2, $3, $4)
            ON CONFLICT (method, subject) DO NOTHING
            RETURNING person_id
            "#,
            name.as_str(),
            role.slug(),
            password.phc(),
            now,
        );
        let Some(person) = added.fetch_optional(&mut *transaction).await? else { return Ok(None) };
        let entry =
            AuditEntry::of(AuditAction::PersonAdded, name.as_str()).after(json!({ "role": role }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(Some(PersonId(person)))
    }

    /// Whose name and password these are. Takes as long for an unknown name as for a known one.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Password`].
    pub async fn check_password(
        &self,
        name: &str,
        password: SecretString,
        address: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<PasswordAnswer, StoreError> {
        let Some(attempt) = self.begin_attempt(name, address, now).await? else {
            return Ok(PasswordAnswer::TooOften);
        };
        let found = match name.parse::<AccountName>() {
            Ok(name) => self.account_of(&name).await?,
            Err(_) => None,
        };
        let (person, hash) = found.unzip();
        let is_right = password::is_right(hash, password).await?;
        match person.clone().filter(|it| is_right && it.disabled_at.is_none()) {
            Some(person) => {
                self.succeed_attempt(attempt).await?;
                Ok(PasswordAnswer::Right(person))
            }
            None => {
                self.note_failure(person.as_ref(), address, now).await?;
                Ok(PasswordAnswer::Wrong)
            }
        }
    }

    /// A local account and the hash of its password.
    async fn account_of(&self, name: &AccountName) -> Result<Option<(Person, String)>, StoreError> {
        let row = sqlx::query!(
            r#"
            SELECT person_id, method, subject, name, role, created_at, last_seen_at, disabled_at,
                   password_hash AS "hash!"
            FROM person
            WHERE method = 'local' AND subject = $1
            "#,
            name.as_str(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let person = PersonRow {
            person_id: row.person_id,
            method: row.method,
            subject: row.subject,
            name: row.name,
            role: row.role,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            disabled_at: row.disabled_at,
        };
        Ok(Some((person.try_into()?, row.hash)))
    }

    /// A failure is written down whether the account is known or not, which takes as long; a
    /// name that is none is not: it may be a password in the wrong field.
    async fn note_failure(
        &self,
        person: Option<&Person>,
        address: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let address = address.to_canonical().to_string();
        let nobody = Actor { person: None, name: "nobody".to_owned(), address };
        let account = person.map_or_else(|| "an unknown account".to_owned(), Person::account);
        let entry = AuditEntry::of(AuditAction::SignInFailed, &account);
        self.note_action(&nobody, &entry, now).await
    }
}
