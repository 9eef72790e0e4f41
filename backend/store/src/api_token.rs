//! API tokens: what a program shows instead of a session's cookie.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::person::{Person, PersonRow};
use crate::session_rules::is_note_due;
use crate::text::shortened;
use crate::token::Token;
use crate::{ApiTokenId, AuditAction, PersonId, Store, StoreError, TokenScope};

/// The most tokens of one person that are good at once.
const MOST_TOKENS: i64 = 50;
/// The longest that a token is good.
const LONGEST_LIFE: TimeDelta = TimeDelta::days(366);
/// The most characters of a name.
const LONGEST_NAME: usize = 100;

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewApiToken<'a> {
    /// Whose; it may do no more than they.
    pub person: &'a Person,
    /// What it is for.
    pub name: &'a str,
    /// What it is good for.
    pub scope: TokenScope,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Why a token was not made, in a sentence for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// It has no name.
    #[error("Give the token a name that says what it is for, of at most 100 characters.")]
    NoName,
    /// It would end before it begins, or last for ever.
    #[error("Choose a last day between tomorrow and a year from now.")]
    BadLife,
    /// There are too many.
    #[error("There are 50 tokens already. Revoke one that is not used.")]
    TooMany,
    /// The person is kept out, or gone.
    #[error("The account is disabled.")]
    KeptOut,
}

/// What a token lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenApiToken {
    /// Our own id.
    pub id: ApiTokenId,
    /// What it is for.
    pub name: String,
    /// What it is good for.
    pub scope: TokenScope,
    /// Whose it is.
    pub person: Person,
}

struct Row {
    api_token_id: i64,
    token_name: String,
    scope: String,
    last_used_at: Option<DateTime<Utc>>,
    person_id: i64,
    method: String,
    subject: String,
    name: String,
    role: String,
    created_at: DateTime<Utc>,
    last_seen_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Makes a token, which is shown this once; or says why not.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::NoRandomness`].
    pub async fn make_api_token(
        &self,
        new: &NewApiToken<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Result<Token, TokenRefusal>, StoreError> {
        if let Some(refusal) = refusal_of_form(new, now) {
            return Ok(Err(refusal));
        }
        let mut transaction = self.pool.begin().await?;
        if let Some(refusal) = refusal_of_person(&mut transaction, new.person, now).await? {
            return Ok(Err(refusal));
        }
        let (token, name) = (Token::random_for_api()?, shortened(new.name, LONGEST_NAME));
        insert(&mut transaction, new, &token, now).await?;
        let entry = AuditEntry::of(AuditAction::TokenMade, &name)
            .after(json!({ "scope": new.scope, "expires_at": new.expires_at }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(Ok(token))
    }

    /// What a token lets in; its use is written down once a minute. None if it has expired,
    /// was revoked, or its person is kept out.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn api_token(
        &self,
        token: &Token,
        now: DateTime<Utc>,
    ) -> Result<Option<OpenApiToken>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            r#"
            SELECT api_token.api_token_id, api_token.name AS token_name, api_token.scope,
                   api_token.last_used_at, person.person_id, person.method, person.subject,
                   person.name, person.role, person.created_at, person.last_seen_at
            FROM api_token
            JOIN person USING (person_id)
            WHERE api_token.token_sha256 = $1 AND api_token.expires_at > $2
              AND api_token.revoked_at IS NULL AND person.disabled_at IS NULL
            "#,
            &token.sha256()[..],
            now,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        if is_note_due(row.last_used_at, now) {
            self.note_use_of_token(row.api_token_id, now).await?;
        }
        row.try_into().map(Some)
    }

    /// Revokes a token of a person. False if it is not theirs, or revoked already.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn revoke_api_token(
        &self,
        person: &Person,
        token: ApiTokenId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let name = sqlx::query_scalar!(
            r#"
            UPDATE api_token SET revoked_at = $3
            WHERE api_token_id = $1 AND person_id = $2 AND revoked_at IS NULL
            RETURNING name
            "#,
            token.0,
            person.id.0,
            now,
        );
        let Some(name) = name.fetch_optional(&mut *transaction).await? else { return Ok(false) };
        let entry = AuditEntry::of(AuditAction::TokenRevoked, &name)
            .before(json!({ "account": person.account() }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Revokes all tokens of a person, and says how many.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn revoke_api_tokens(
        &self,
        person: &Person,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let revoked = revoke_tokens(&mut transaction, person.id, now).await?;
        let account = person.account();
        let entry = AuditEntry::of(AuditAction::TokenRevoked, &account)
            .after(json!({ "revoked_tokens": revoked }));
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(revoked)
    }

    /// One of two requests at once writes; the other finds it done.
    async fn note_use_of_token(&self, token: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            UPDATE api_token SET last_used_at = $2
            WHERE api_token_id = $1 AND (last_used_at IS NULL OR last_used_at < $2)
            "#,
            token,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Revokes all tokens of a person that are good, and says how many.
pub(crate) async fn revoke_tokens(
    connection: &mut sqlx::PgConnection,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let revoked = sqlx::query!(
        r#"
        UPDATE api_token SET revoked_at = $2
        WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2
        "#,
        person.0,
        now,
    );
    Ok(revoked.execute(connection).await?.rows_affected())
}

fn refusal_of_form(new: &NewApiToken<'_>, now: DateTime<Utc>) -> Option<TokenRefusal> {
    let length = new.name.trim().chars().count();
    let is_life = new.expires_at > now && new.expires_at <= now + LONGEST_LIFE;
    match () {
        () if !(1..=LONGEST_NAME).contains(&length) => Some(TokenRefusal::NoName),
        () if !is_life => Some(TokenRefusal::BadLife),
        () => None,
    }
}

/// Locks the person, so that two requests at once do not both make the last token.
async fn refusal_of_person(
    connection: &mut sqlx::PgConnection,
    person: &Person,
    now: DateTime<Utc>,
) -> Result<Option<TokenRefusal>, StoreError> {
    let let_in = sqlx::query_scalar!(
        r#"SELECT disabled_at IS NULL AS "is!" FROM person WHERE person_id = $1 FOR UPDATE"#,
        person.id.0,
    );
    if let_in.fetch_optional(&mut *connection).await? != Some(true) {
        return Ok(Some(TokenRefusal::KeptOut));
    }
    let good = sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "count!"
        FROM api_token
        WHERE person_id = $1 AND expires_at > $2 AND revoked_at IS NULL
        "#,
        person.id.0,
        now,
    );
    Ok((good.fetch_one(connection).await? >= MOST_TOKENS).then_some(TokenRefusal::TooMany))
}

async fn insert(
    connection: &mut sqlx::PgConnection,
    new: &NewApiToken<'_>,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        INSERT INTO api_token (token_sha256, person_id, name, scope, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        "#,
        &token.sha256()[..],
        new.person.id.0,
        shortened(new.name, LONGEST_NAME),
        new.scope.slug(),
        now,
        new.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl TryFrom<Row> for OpenApiToken {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let person = PersonRow {
            person_id: row.person_id,
            method: row.method,
            subject: row.subject,
            name: row.name,
            role: row.role,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            disabled_at: None,
        };
        Ok(Self {
            id: ApiTokenId(row.api_token_id),
            name: row.token_name,
            scope: row.scope.try_into()?,
            person: person.try_into()?,
        })
    }
}
