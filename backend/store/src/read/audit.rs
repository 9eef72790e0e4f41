//! The audit log, newest first, a page at a time.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{AuditAction, AuditId, OrganizationId, PersonId, Store, StoreError};

/// The most entries of one page.
const MOST_ENTRIES: i64 = 1000;

/// Which entries are wanted; nothing said: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By this person.
    pub person: Option<PersonId>,
    /// Of this action.
    pub action: Option<AuditAction>,
    /// About this organization.
    pub organization: Option<OrganizationId>,
    /// Not before this moment.
    pub since: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
    /// With this text in the actor, the subject, before, after or the address; any case.
    pub text: Option<String>,
}

/// Who did what, what was before and after, when, from where.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    /// The cursor of the next page if this is the last entry of one.
    pub id: AuditId,
    /// When.
    pub at: DateTime<Utc>,
    /// The person, who may be removed by now.
    pub person: Option<PersonId>,
    /// What people called them.
    pub actor: String,
    /// What they did.
    pub action: AuditAction,
    /// The organization, which may be gone by now.
    pub organization: Option<OrganizationId>,
    /// To what.
    pub subject: String,
    /// What was.
    pub before: Option<Value>,
    /// What is.
    pub after: Option<Value>,
    /// From where; empty for the command line.
    pub address: String,
}

struct Row {
    audit_id: i64,
    at: DateTime<Utc>,
    person_id: Option<i64>,
    actor: String,
    action: String,
    organization_id: Option<i64>,
    subject: String,
    before: Option<Value>,
    after: Option<Value>,
    address: String,
}

impl Store {
    /// At most `most` entries that a filter lets through, those older than the entry `after`
    /// if one is named.
    ///
    /// # Errors
    /// [`StoreError::Query`]; [`StoreError::Corrupt`] for an action of a later version.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        after: Option<AuditId>,
        most: i64,
    ) -> Result<Vec<AuditLine>, StoreError> {
        let text = filter.text.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let rows = sqlx::query_as!(
            Row,
            r#"
            SELECT audit_id, at, person_id, actor, action, organization_id, subject,
                   before, after, address
            FROM audit
            WHERE audit_id < $1
              AND ($2::bigint IS NULL OR person_id = $2)
              AND ($3::text IS NULL OR action = $3)
              AND ($4::bigint IS NULL OR organization_id = $4)
              AND ($5::timestamptz IS NULL OR at >= $5)
              AND ($6::timestamptz IS NULL OR at < $6)
              AND ($7::text IS NULL OR position(lower($7) IN lower(
                  concat_ws(' ', actor, subject, before::text, after::text, address))) > 0)
            ORDER BY audit_id DESC
            LIMIT $8
            "#,
            after.map_or(i64::MAX, |it| it.0),
            filter.person.map(|it| it.0),
            filter.action.map(AuditAction::slug),
            filter.organization.map(|it| it.0),
            filter.since,
            filter.until,
            text,
            most.clamp(1, MOST_ENTRIES),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(AuditLine::try_from).collect()
    }
}

impl TryFrom<Row> for AuditLine {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: AuditId(row.audit_id),
            at: row.at,
            person: row.person_id.map(PersonId),
            actor: row.actor,
            action: row.action.try_into()?,
            organization: row.organization_id.map(OrganizationId),
            subject: row.subject,
            before: row.before,
            after: row.after,
            address: row.address,
        })
    }
}
