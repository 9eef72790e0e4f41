//! The audit log: who did what, written in the transaction that does it. It only grows; the
//! database refuses everything else.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::text::{shortened, storable_json};
use crate::{AuditAction, OrganizationId, PersonId, Store, StoreError};

/// The most characters of a name, a subject or an address.
const LONGEST_TEXT: usize = 300;
/// The most bytes of what was before, and of what is after.
const MOST_BYTES: usize = 8 * 1024;

/// Who does something, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person; none where nobody signed in.
    pub person: Option<PersonId>,
    /// What people call them.
    pub name: String,
    /// The address they came from; empty if none did.
    pub address: String,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry<'a> {
    /// What was done.
    pub action: AuditAction,
    /// The organization that it concerns, if it is one.
    pub organization: Option<OrganizationId>,
    /// To what it was done.
    pub subject: &'a str,
    /// What was, if it is not any more. Never a secret.
    pub before: Option<Value>,
    /// What is now. Never a secret.
    pub after: Option<Value>,
}

impl Actor {
    /// Whoever may use the command line.
    #[must_use]
    pub fn command_line() -> Self {
        Self::without_person("command line")
    }

    /// Whoever may change the settings.
    pub(crate) fn settings() -> Self {
        Self::without_person("settings")
    }

    fn without_person(name: &str) -> Self {
        Self { person: None, name: name.to_owned(), address: String::new() }
    }
}

impl<'a> AuditEntry<'a> {
    /// An entry that tells neither before nor after.
    #[must_use]
    pub fn of(action: AuditAction, subject: &'a str) -> Self {
        Self { action, organization: None, subject, before: None, after: None }
    }

    /// The same about an organization.
    #[must_use]
    pub fn about(self, organization: OrganizationId) -> Self {
        Self { organization: Some(organization), ..self }
    }

    /// The same with what was before.
    #[must_use]
    pub fn before(self, before: Value) -> Self {
        Self { before: Some(before), ..self }
    }

    /// The same with what is now.
    #[must_use]
    pub fn after(self, after: Value) -> Self {
        Self { after: Some(after), ..self }
    }
}

impl Store {
    /// Writes down what somebody did that changes nothing in the database, as an export.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn note_action(
        &self,
        actor: &Actor,
        entry: &AuditEntry<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        write(&mut connection, actor, entry, now).await
    }
}

/// As [`write`], unless what is now is what was.
pub(crate) async fn write_change(
    connection: &mut sqlx::PgConnection,
    actor: &Actor,
    entry: &AuditEntry<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if entry.before == entry.after {
        return Ok(());
    }
    write(connection, actor, entry, now).await
}

/// Writes an entry in the transaction of what it tells.
pub(crate) async fn write(
    connection: &mut sqlx::PgConnection,
    actor: &Actor,
    entry: &AuditEntry<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let name = shortened(&actor.name, LONGEST_TEXT);
    let subject = shortened(entry.subject, LONGEST_TEXT);
    sqlx::query!(
        r#"
        INSERT INTO audit
            (at, person_id, actor, action, organization_id, subject, before, after, address)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        now,
        actor.person.map(|it| it.0),
        name.as_str(),
        entry.action.slug(),
        entry.organization.map(|it| it.0),
        subject.as_str(),
        entry.before.clone().map(bounded),
        entry.after.clone().map(bounded),
        shortened(&actor.address, LONGEST_TEXT),
    )
    .execute(connection)
    .await?;
    tell(entry.action, &name, &subject);
    Ok(())
}

/// Tells the log of an entry, so that it can be kept where nobody who has the database changes
/// it. What was before and is after may be of a private repository, and stays here.
fn tell(action: AuditAction, actor: &str, subject: &str) {
    tracing::info!(action = action.slug(), actor, subject, "An entry of the audit log");
}

fn bounded(mut value: Value) -> Value {
    let bytes = value.to_string().len();
    if bytes > MOST_BYTES {
        return json!({ "left_out": format!("{bytes} bytes") });
    }
    storable_json(&mut value);
    value
}
