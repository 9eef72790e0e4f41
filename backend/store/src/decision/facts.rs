//! What a decision is held against: the engine's report on a Dockerfile, and its content.

use std::collections::HashMap;

use checklist::{Item, Report, Verdict};
use sqlx::types::Json;

use crate::evidence::Subject;
use crate::{DecisionKind, StoreError};

/// One Dockerfile as it is now.
pub(super) struct Facts {
    pub(super) path: String,
    pub(super) is_removed: bool,
    blob_sha: Option<String>,
    content: Option<Vec<u8>>,
    report: Option<Json<Report>>,
}

impl Facts {
    /// The digest of an item's evidence.
    pub(super) fn evidence(&self, item: Item) -> String {
        let subject = Subject {
            report: self.report.as_deref(),
            blob_sha: self.blob_sha.as_deref(),
            content: self.content.as_deref(),
        };
        subject.digest(item)
    }

    /// Whether a decision of this kind has something to say about the item.
    pub(super) fn admits(&self, kind: DecisionKind, item: Item) -> bool {
        let verdict = self.report.as_ref().map_or(Verdict::Unknown, |it| it.outcome(item).verdict);
        match kind {
            DecisionKind::Verified => verdict == Verdict::Verify,
            DecisionKind::Waived => {
                matches!(verdict, Verdict::Remaining | Verdict::Verify | Verdict::Unknown)
            }
            DecisionKind::Disputed => true,
        }
    }

    /// The code of the first finding that makes the item's verdict.
    pub(super) fn code(&self, item: Item) -> Option<&str> {
        let outcome = self.report.as_ref()?.outcome(item);
        let makes_it = outcome.findings.iter().find(|it| it.verdict == outcome.verdict);
        makes_it.or(outcome.findings.first()).map(|it| it.code.as_str())
    }
}

/// The Dockerfiles of these keys.
pub(super) async fn facts_of(
    connection: &mut sqlx::PgConnection,
    dockerfiles: &[i64],
) -> Result<HashMap<i64, Facts>, StoreError> {
    let rows = sqlx::query!(
        r#"
        SELECT dockerfile.dockerfile_id AS "dockerfile_id!", dockerfile.path AS "path!",
               dockerfile.removed_at IS NOT NULL AS "is_removed!", dockerfile.blob_sha,
               blob.content AS "content?", report.body AS "report?: Json<Report>"
        FROM dockerfile
        LEFT JOIN blob USING (blob_sha)
        LEFT JOIN report USING (report_id)
        WHERE dockerfile.dockerfile_id = ANY($1)
        "#,
        dockerfiles,
    )
    .fetch_all(connection)
    .await?;
    let facts = rows.into_iter().map(|row| {
        let facts = Facts {
            path: row.path,
            is_removed: row.is_removed,
            blob_sha: row.blob_sha,
            content: row.content,
            report: row.report,
        };
        (row.dockerfile_id, facts)
    });
    Ok(facts.collect())
}
