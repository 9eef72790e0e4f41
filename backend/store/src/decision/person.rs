//! Decisions that people give and withdraw on a page.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::facts::{Facts, facts_of};
use super::rows::{Row, begin, end};
use super::{NewDecision, Refusal};
use crate::audit::{self, Actor, AuditEntry};
use crate::progress::{prefer_indexes, refresh_progress};
use crate::reading::lock_repositories;
use crate::text::storable;
use crate::{
    AuditAction, DecisionId, DecisionKind, DecisionSource, EndReason, OrganizationId, Store,
    StoreError,
};

/// The most characters of a reason.
const LONGEST_REASON: usize = 2000;
/// The most characters of a name.
const LONGEST_NAME: usize = 100;

impl Store {
    /// Takes a person's decision, in the place of the one that stands, or says why not. The
    /// item's counts change with it.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn decide(
        &self,
        new: &NewDecision,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Result<DecisionId, Refusal>, StoreError> {
        if let Some(refusal) = refusal_of_form(new, now) {
            return Ok(Err(refusal));
        }
        let key = new.dockerfile.0;
        let mut transaction = self.pool.begin().await?;
        prefer_indexes(&mut transaction).await?;
        let Some(file) = file_of(&mut transaction, key).await? else {
            return Ok(Err(Refusal::Gone));
        };
        let repository = file.repository;
        lock_repositories(&mut transaction, &[repository]).await?;
        let Some(facts) = facts_of(&mut transaction, &[key]).await?.remove(&key) else {
            return Ok(Err(Refusal::Gone));
        };
        if let Some(refusal) = refusal_of_facts(new, &facts) {
            return Ok(Err(refusal));
        }
        let standing = standing(&mut transaction, new).await?;
        if standing.as_ref().is_some_and(|it| it.source == DecisionSource::File) {
            return Ok(Err(Refusal::DecidedInFile));
        }
        let replaced: Vec<i64> = standing.iter().map(|it| it.id).collect();
        let by = storable(new.decided_by.trim());
        end(&mut transaction, &replaced, (EndReason::Replaced, Some(&by)), now).await?;
        let begun = begin(&mut transaction, &[row(new, &facts)], now).await?;
        refresh_progress(&mut transaction, &[repository], now).await?;
        let before = standing.map_or(Value::Null, |it| it.told);
        audit::write(&mut transaction, actor, &entry(&file, before, told(new)), now).await?;
        transaction.commit().await?;
        Ok(begun.first().map(|it| DecisionId(*it)).ok_or(Refusal::Gone))
    }

    /// Takes back a person's decision, or says why not.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn withdraw(
        &self,
        decision: DecisionId,
        by: &str,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Result<(), Refusal>, StoreError> {
        let by = storable(by.trim());
        if let Some(refusal) = refusal_of_name(&by) {
            return Ok(Err(refusal));
        }
        let mut transaction = self.pool.begin().await?;
        prefer_indexes(&mut transaction).await?;
        let Some((file, found)) = standing_of(&mut transaction, decision).await? else {
            return Ok(Err(Refusal::NotStanding));
        };
        if found.source == DecisionSource::File {
            return Ok(Err(Refusal::DecidedInFile));
        }
        lock_repositories(&mut transaction, &[file.repository]).await?;
        end(&mut transaction, &[decision.0], (EndReason::Withdrawn, Some(&by)), now).await?;
        refresh_progress(&mut transaction, &[file.repository], now).await?;
        let entry = entry(&file, found.told, Value::Null);
        audit::write(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }
}

/// What is the matter with a form, whatever it is about.
fn refusal_of_form(new: &NewDecision, now: DateTime<Utc>) -> Option<Refusal> {
    let reason = new.reason.trim();
    let is_past = new.expires_on.is_some_and(|it| it < now.date_naive());
    match () {
        () if reason.is_empty() && new.kind != DecisionKind::Verified => Some(Refusal::NoReason),
        () if reason.chars().count() > LONGEST_REASON => Some(Refusal::TooLong),
        () if is_past => Some(Refusal::Past),
        () => refusal_of_name(new.decided_by.trim()),
    }
}

fn refusal_of_name(name: &str) -> Option<Refusal> {
    match name.chars().count() {
        0 => Some(Refusal::NoName),
        1..=LONGEST_NAME => None,
        _ => Some(Refusal::TooLong),
    }
}

/// What keeps a decision from fitting the Dockerfile as it is now.
fn refusal_of_facts(new: &NewDecision, facts: &Facts) -> Option<Refusal> {
    let admits = facts.admits(new.kind, new.item);
    match new.kind {
        _ if facts.is_removed => Some(Refusal::Gone),
        _ if facts.evidence(new.item) != new.evidence => Some(Refusal::Stale),
        DecisionKind::Verified => (!admits).then_some(Refusal::NothingToVerify),
        DecisionKind::Waived => (!admits).then_some(Refusal::NothingToWaive),
        DecisionKind::Disputed => None,
    }
}

fn row<'a>(new: &'a NewDecision, facts: &'a Facts) -> Row<'a> {
    Row {
        dockerfile_id: new.dockerfile.0,
        item: new.item.slug(),
        kind: new.kind.slug(),
        reason: storable(new.reason.trim()),
        decided_by: storable(new.decided_by.trim()),
        source: DecisionSource::Person.slug(),
        evidence: facts.evidence(new.item),
        code: facts.code(new.item),
        expires_on: new.expires_on,
        line: None,
    }
}

/// A decision as the audit log tells it.
fn told(new: &NewDecision) -> Value {
    json!({
        "item": new.item,
        "kind": new.kind,
        "reason": new.reason.trim(),
        "by": new.decided_by.trim(),
        "expires_on": new.expires_on,
    })
}

fn entry(file: &File, before: Value, after: Value) -> AuditEntry<'_> {
    let entry = AuditEntry::of(AuditAction::Decided, &file.words).about(file.organization);
    let said = |it: Value| (!it.is_null()).then_some(it);
    AuditEntry { before: said(before), after: said(after), ..entry }
}

/// What a decision is about.
struct File {
    repository: i64,
    organization: OrganizationId,
    /// "acme/shop docker/Dockerfile"
    words: String,
}

/// A decision that stands.
struct Standing {
    id: i64,
    source: DecisionSource,
    told: Value,
}

async fn file_of(
    connection: &mut sqlx::PgConnection,
    dockerfile: i64,
) -> Result<Option<File>, StoreError> {
    let row = sqlx::query!(
        r#"
        SELECT repository.repository_id, repository.organization_id,
               organization.login || '/' || repository.name || ' ' || dockerfile.path AS "words!"
        FROM dockerfile
        JOIN repository USING (repository_id)
        JOIN organization USING (organization_id)
        WHERE dockerfile.dockerfile_id = $1
        "#,
        dockerfile
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|it| File {
        repository: it.repository_id,
        organization: OrganizationId(it.organization_id),
        words: it.words,
    }))
}

/// The decision whose place a new one takes.
async fn standing(
    connection: &mut sqlx::PgConnection,
    new: &NewDecision,
) -> Result<Option<Standing>, StoreError> {
    let id = sqlx::query_scalar!(
        r#"
        SELECT decision_id
        FROM decision
        WHERE dockerfile_id = $1 AND item = $2 AND (kind = 'disputed') = $3 AND ended_at IS NULL
        "#,
        new.dockerfile.0,
        new.item.slug(),
        new.kind == DecisionKind::Disputed,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(id) = id else { return Ok(None) };
    Ok(standing_of(connection, DecisionId(id)).await?.map(|(_, it)| it))
}

/// A decision that stands, and what it is about.
async fn standing_of(
    connection: &mut sqlx::PgConnection,
    decision: DecisionId,
) -> Result<Option<(File, Standing)>, StoreError> {
    let row = sqlx::query!(
        r#"
        SELECT dockerfile_id, source, item, kind, reason, decided_by, expires_on
        FROM decision
        WHERE decision_id = $1 AND ended_at IS NULL
        "#,
        decision.0,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(file) = file_of(connection, row.dockerfile_id).await? else { return Ok(None) };
    let told = json!({
        "item": row.item,
        "kind": row.kind,
        "reason": row.reason,
        "by": row.decided_by,
        "expires_on": row.expires_on,
    });
    Ok(Some((file, Standing { id: decision.0, source: row.source.try_into()?, told })))
}
