//! Somebody comes in by another method than a password: known, or new.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::person::{PersonRow, account};
use crate::text::shortened;
use crate::{AuditAction, Person, Role, SignInMethod, Store, StoreError};

/// The most characters of a name.
const LONGEST_NAME: usize = 100;

/// Somebody whom a method has recognized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognized<'a> {
    /// The method.
    pub method: SignInMethod,
    /// What the method calls them for good.
    pub subject: &'a str,
    /// What people call them now.
    pub name: &'a str,
    /// From where they come.
    pub address: &'a str,
    /// Their role if they are new.
    pub first_role: Role,
    /// The entry of the settings' list of operators that names them, which makes them one for
    /// as long as it is there.
    pub named_as: Option<&'a str>,
}

impl Store {
    /// The person whom a method has recognized, added if they are new. They may be disabled.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn recognize_person(
        &self,
        recognized: &Recognized<'_>,
        now: DateTime<Utc>,
    ) -> Result<Person, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let is_new = add_if_new(&mut transaction, recognized, now).await?;
        let before = role_before(&mut transaction, recognized).await?;
        let person = greet(&mut transaction, recognized, now).await?;
        let (account, role) = (person.account(), json!({ "role": person.role }));
        if is_new {
            let entry = AuditEntry::of(AuditAction::PersonAdded, &account).after(role);
            let actor = person.acting_from(recognized.address);
            audit::write(&mut transaction, &actor, &entry, now).await?;
        } else if before != person.role {
            let entry = AuditEntry::of(AuditAction::RoleChanged, &account)
                .before(json!({ "role": before }))
                .after(role);
            audit::write(&mut transaction, &Actor::settings(), &entry, now).await?;
        }
        transaction.commit().await?;
        Ok(person)
    }
}

impl Store {
    /// Takes the operator's role from persons whom the settings' list named and names no more,
    /// and says how many those are. They get the role of whoever comes for the first time.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn follow_list_of_operators(
        &self,
        entries: &[String],
        first_role: Role,
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let struck = sqlx::query!(
            r#"
            UPDATE person
            SET role = $2, named_as = NULL
            WHERE named_as IS NOT NULL
              AND NOT EXISTS (
                SELECT FROM unnest($1::text[]) AS entry WHERE lower(entry) = lower(named_as)
              )
            RETURNING method, subject
            "#,
            entries,
            first_role.slug(),
        )
        .fetch_all(&mut *transaction)
        .await?;
        for person in &struck {
            let account = account(person.method.clone().try_into()?, &person.subject);
            let entry = AuditEntry::of(AuditAction::RoleChanged, &account)
                .before(json!({ "role": Role::Operator }))
                .after(json!({ "role": first_role }));
            audit::write(&mut transaction, &Actor::settings(), &entry, now).await?;
        }
        transaction.commit().await?;
        Ok(struck.len())
    }
}

/// What people call somebody, or what the method does if nobody calls them anything.
fn name(recognized: &Recognized<'_>) -> String {
    match shortened(recognized.name, LONGEST_NAME) {
        name if name.is_empty() => shortened(recognized.subject, LONGEST_NAME),
        name => name,
    }
}

async fn add_if_new(
    connection: &mut sqlx::PgConnection,
    recognized: &Recognized<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let role = if recognized.named_as.is_some() { Role::Operator } else { recognized.first_role };
    let added = sqlx::query!(
        r#"
        INSERT INTO person (method, subject, name, role, created_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (method, subject) DO NOTHING
        "#,
        recognized.method.slug(),
        recognized.subject,
        name(recognized),
        role.slug(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(added.rows_affected() > 0)
}

/// The role that they have; it stays until the transaction ends.
async fn role_before(
    connection: &mut sqlx::PgConnection,
    recognized: &Recognized<'_>,
) -> Result<Role, StoreError> {
    let role = sqlx::query_scalar!(
        r#"SELECT role FROM person WHERE method = $1 AND subject = $2 FOR UPDATE"#,
        recognized.method.slug(),
        recognized.subject,
    );
    role.fetch_one(connection).await?.try_into()
}

/// Notes what they are called now; of one who is kept out nothing is.
async fn greet(
    connection: &mut sqlx::PgConnection,
    recognized: &Recognized<'_>,
    now: DateTime<Utc>,
) -> Result<Person, StoreError> {
    let row = sqlx::query_as!(
        PersonRow,
        r#"
        UPDATE person
        SET name = CASE WHEN disabled_at IS NULL THEN $3 ELSE name END,
            last_seen_at = CASE WHEN disabled_at IS NULL THEN $4 ELSE last_seen_at END,
            role = CASE
                WHEN $5::text IS NOT NULL THEN 'operator'
                WHEN named_as IS NOT NULL THEN $6
                ELSE role
            END,
            named_as = $5
        WHERE method = $1 AND subject = $2
        RETURNING person_id, method, subject, name, role, created_at, last_seen_at, disabled_at
        "#,
        recognized.method.slug(),
        recognized.subject,
        name(recognized),
        now,
        recognized.named_as,
        recognized.first_role.slug(),
    )
    .fetch_one(connection)
    .await?;
    Person::try_from(row)
}
