//! Rows of `decision`: begun and ended, several at once.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

use crate::{EndReason, StoreError};

/// A decision that begins.
#[derive(Debug, serde::Serialize)]
pub(super) struct Row<'a> {
    pub(super) dockerfile_id: i64,
    pub(super) item: &'static str,
    pub(super) kind: &'static str,
    pub(super) reason: std::borrow::Cow<'a, str>,
    pub(super) decided_by: std::borrow::Cow<'a, str>,
    pub(super) source: &'static str,
    pub(super) evidence: String,
    pub(super) code: Option<&'a str>,
    pub(super) expires_on: Option<NaiveDate>,
    pub(super) line: Option<u32>,
}

/// Writes decisions that begin; their keys.
pub(super) async fn begin(
    connection: &mut sqlx::PgConnection,
    rows: &[Row<'_>],
    now: DateTime<Utc>,
) -> Result<Vec<i64>, StoreError> {
    let keys = sqlx::query_scalar!(
        r#"
        INSERT INTO decision (
            dockerfile_id, item, kind, reason, decided_by, source, evidence, code, expires_on, line,
            decided_at
        )
        SELECT given.dockerfile_id, given.item, given.kind, given.reason, given.decided_by,
               given.source, given.evidence, given.code, given.expires_on, given.line, $2
        FROM jsonb_to_recordset($1) AS given (
            dockerfile_id bigint, item text, kind text, reason text, decided_by text, source text,
            evidence text, code text, expires_on date, line integer
        )
        RETURNING decision_id
        "#,
        Json(rows) as _,
        now,
    )
    .fetch_all(connection)
    .await?;
    Ok(keys)
}

/// Ends decisions that stand.
pub(super) async fn end(
    connection: &mut sqlx::PgConnection,
    decisions: &[i64],
    (reason, by): (EndReason, Option<&str>),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if decisions.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        UPDATE decision
        SET ended_at = $2, end_reason = $3, ended_by = $4
        WHERE decision_id = ANY($1) AND ended_at IS NULL
        "#,
        decisions,
        now,
        reason.slug(),
        by,
    )
    .execute(connection)
    .await?;
    Ok(())
}
