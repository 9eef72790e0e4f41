//! Persons: everybody who ever signed in, and the local accounts.

use chrono::{DateTime, Utc};

use crate::audit::Actor;
use crate::{PersonId, Role, SignInMethod, Store, StoreError};

/// The most persons of one list.
const MOST_PERSONS: i64 = 1000;

/// A person, without what they sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Our own id.
    pub id: PersonId,
    /// How they sign in.
    pub method: SignInMethod,
    /// What the method calls them for good.
    pub subject: String,
    /// What people call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When they first came or were added.
    pub created_at: DateTime<Utc>,
    /// Their last use, to the minute.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Since when they are kept out.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// A row of `person` without its password.
pub(crate) struct PersonRow {
    pub(crate) person_id: i64,
    pub(crate) method: String,
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) last_seen_at: Option<DateTime<Utc>>,
    pub(crate) disabled_at: Option<DateTime<Utc>>,
}

impl Person {
    /// The person as who does something from this address.
    #[must_use]
    pub fn acting_from(&self, address: &str) -> Actor {
        Actor { person: Some(self.id), name: self.name.clone(), address: address.to_owned() }
    }

    /// The name of the account, as the command line takes it: of a local one its own name,
    /// of any other the method and what that calls the person.
    #[must_use]
    pub fn account(&self) -> String {
        account(self.method, &self.subject)
    }
}

pub(crate) fn account(method: SignInMethod, subject: &str) -> String {
    match method {
        SignInMethod::Local => subject.to_owned(),
        SignInMethod::Github | SignInMethod::Oidc | SignInMethod::Proxy => {
            format!("{}:{subject}", method.slug())
        }
    }
}

impl Store {
    /// The first thousand persons by method and name, or by `like` those whose name or
    /// account has that text in it.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn persons(&self, like: Option<&str>) -> Result<Vec<Person>, StoreError> {
        let rows = sqlx::query_as!(
            PersonRow,
            r#"
            SELECT person_id, method, subject, name, role, created_at, last_seen_at, disabled_at
            FROM person
            WHERE $1::text IS NULL OR position(lower($1) IN lower(name || ' ' || subject)) > 0
            ORDER BY method, lower(name), person_id
            LIMIT $2
            "#,
            like,
            MOST_PERSONS,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Person::try_from).collect()
    }

    /// A person.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn person(&self, person: PersonId) -> Result<Option<Person>, StoreError> {
        let row = sqlx::query_as!(
            PersonRow,
            r#"
            SELECT person_id, method, subject, name, role, created_at, last_seen_at, disabled_at
            FROM person
            WHERE person_id = $1
            "#,
            person.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Person::try_from).transpose()
    }

    /// Whom a method calls so.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn person_of(
        &self,
        method: SignInMethod,
        subject: &str,
    ) -> Result<Option<Person>, StoreError> {
        let row = sqlx::query_as!(
            PersonRow,
            r#"
            SELECT person_id, method, subject, name, role, created_at, last_seen_at, disabled_at
            FROM person
            WHERE method = $1 AND subject = $2
            "#,
            method.slug(),
            subject,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Person::try_from).transpose()
    }

    /// Whether anybody can sign in with a password.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn has_local_accounts(&self) -> Result<bool, StoreError> {
        let query = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM person
                              WHERE method = 'local' AND disabled_at IS NULL) AS "has!""#
        );
        Ok(query.fetch_one(&self.pool).await?)
    }
}

impl TryFrom<PersonRow> for Person {
    type Error = StoreError;

    fn try_from(row: PersonRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: PersonId(row.person_id),
            method: row.method.try_into()?,
            subject: row.subject,
            name: row.name,
            role: row.role.try_into()?,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            disabled_at: row.disabled_at,
        })
    }
}
