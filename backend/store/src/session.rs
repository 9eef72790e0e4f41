//! Sessions: whom a browser's cookie lets in, and until when.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::json;

use crate::audit::{self, AuditEntry};
use crate::person::{Person, PersonRow};
use crate::sealed::SecretKeys;
use crate::session_end::end;
use crate::session_rules::{SessionRules, SessionTimes};
use crate::text::shortened;
use crate::token::Token;
use crate::{AuditAction, PersonId, SessionId, Store, StoreError, user_token};

/// Sessions of one person beyond these end, the ones unused for longest first.
const MOST_SESSIONS: i64 = 50;
/// The most characters of what a browser calls itself.
const LONGEST_BROWSER: usize = 200;

/// A session that begins.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    /// Whose.
    pub person: &'a Person,
    /// The browser's cookie from now on.
    pub token: &'a Token,
    /// The cookie that it had, whose session ends: a sign-in always changes the cookie.
    pub replaces: Option<&'a Token>,
    /// From where it came.
    pub address: &'a str,
    /// What it calls itself.
    pub browser: &'a str,
    /// The person's own token at GitHub, which is kept, and what it is sealed with.
    pub user_token: Option<(&'a SecretString, &'a SecretKeys)>,
}

/// A session that lets its person in.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// Our own id.
    pub id: SessionId,
    /// Whom it lets in.
    pub person: Person,
    /// When they signed in.
    pub created_at: DateTime<Utc>,
    /// Its last use, and when it is over.
    pub times: SessionTimes,
}

struct Row {
    session_id: i64,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    idle_until: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    person_id: i64,
    method: String,
    subject: String,
    name: String,
    role: String,
    person_created_at: DateTime<Utc>,
    last_seen_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Begins a session. None if the person is kept out by now, or gone.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn begin_session(
        &self,
        new: &NewSession<'_>,
        rules: SessionRules,
        now: DateTime<Utc>,
    ) -> Result<Option<SessionId>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if !is_let_in(&mut transaction, new.person.id, now).await? {
            return Ok(None);
        }
        if let Some(old) = new.replaces {
            end(&mut transaction, old).await?;
        }
        let session = insert(&mut transaction, new, rules.begin(now)).await?;
        if let Some(user_token) = new.user_token {
            user_token::keep(&mut transaction, new.person.id, user_token).await?;
        }
        end_beyond_most(&mut transaction, new.person.id).await?;
        let account = new.person.account();
        let entry = AuditEntry::of(AuditAction::SignIn, &account)
            .after(json!({ "method": new.person.method, "role": new.person.role }));
        audit::write(&mut transaction, &new.person.acting_from(new.address), &entry, now).await?;
        transaction.commit().await?;
        Ok(Some(session))
    }

    /// The session of a cookie, whose use is written down once a minute. None if it is over,
    /// or its person kept out.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn session(
        &self,
        token: &Token,
        rules: SessionRules,
        now: DateTime<Utc>,
    ) -> Result<Option<OpenSession>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            r#"
            SELECT session.session_id, session.created_at, session.last_used_at,
                   session.idle_until, session.ends_at,
                   person.person_id, person.method, person.subject, person.name, person.role,
                   person.created_at AS person_created_at, person.last_seen_at
            FROM session
            JOIN person USING (person_id)
            WHERE session.token_sha256 = $1 AND person.disabled_at IS NULL
            "#,
            &token.sha256()[..],
        )
        .fetch_optional(&self.pool)
        .await?;
        let session = row.map(OpenSession::try_from).transpose()?;
        let Some(mut session) = session.filter(|it| it.times.is_alive(now)) else {
            return Ok(None);
        };
        if let Some(times) = rules.renewed(session.times, now) {
            self.note_use(&session, times).await?;
            session.times = times;
        }
        Ok(Some(session))
    }

    /// One of two requests at once writes; the other finds it done.
    async fn note_use(&self, session: &OpenSession, times: SessionTimes) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            WITH noted AS (
                UPDATE session
                SET last_used_at = $2, idle_until = $3
                WHERE session_id = $1 AND last_used_at < $2
                RETURNING person_id
            )
            UPDATE person
            SET last_seen_at = $2
            FROM noted
            WHERE person.person_id = noted.person_id
            "#,
            session.id.0,
            times.last_used_at,
            times.idle_until,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

impl TryFrom<Row> for OpenSession {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let Row { last_used_at, idle_until, ends_at, .. } = row;
        let person = PersonRow {
            person_id: row.person_id,
            method: row.method,
            subject: row.subject,
            name: row.name,
            role: row.role,
            created_at: row.person_created_at,
            last_seen_at: row.last_seen_at,
            disabled_at: None,
        };
        Ok(Self {
            id: SessionId(row.session_id),
            person: person.try_into()?,
            created_at: row.created_at,
            times: SessionTimes { last_used_at, idle_until, ends_at },
        })
    }
}

/// Whether a person may come in, and is seen by that; they stay so until the transaction ends.
async fn is_let_in(
    connection: &mut sqlx::PgConnection,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar!(
        r#"
        UPDATE person
        SET last_seen_at = $2
        WHERE person_id = $1 AND disabled_at IS NULL
        RETURNING person_id
        "#,
        person.0,
        now,
    );
    Ok(found.fetch_optional(connection).await?.is_some())
}

async fn insert(
    connection: &mut sqlx::PgConnection,
    new: &NewSession<'_>,
    times: SessionTimes,
) -> Result<SessionId, StoreError> {
    let session = sqlx::query_scalar!(
        r#"
        INSERT INTO session (token_sha256, person_id, created_at, last_used_at, idle_until,
                             ends_at, address, browser)
        VALUES ($1, $2, $3, $3, $4, $5, $6, $7)
        RETURNING session_id
        "#,
        &new.token.sha256()[..],
        new.person.id.0,
        times.last_used_at,
        times.idle_until,
        times.ends_at,
        shortened(new.address, LONGEST_BROWSER),
        shortened(new.browser, LONGEST_BROWSER),
    );
    Ok(SessionId(session.fetch_one(connection).await?))
}

async fn end_beyond_most(
    connection: &mut sqlx::PgConnection,
    person: PersonId,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        DELETE FROM session
        WHERE person_id = $1 AND session_id NOT IN (
            SELECT session_id FROM session
            WHERE person_id = $1
            ORDER BY last_used_at DESC, session_id DESC
            LIMIT $2
        )
        "#,
        person.0,
        MOST_SESSIONS,
    )
    .execute(connection)
    .await?;
    Ok(())
}
