//! What the reports in use say: each is read once, whoever has it.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::DockerfileRow;
use crate::StoreError;
use crate::read::snapshot::{SnapshotBase, SnapshotFinding, SnapshotRemark, SnapshotReport};
use crate::read::words::{count, item, suggestion, verdict};

/// The reports in use, and the place of each.
#[derive(Default)]
pub(super) struct Reports {
    pub(super) reports: Vec<SnapshotReport>,
    pub(super) places: HashMap<i64, usize>,
}

impl Reports {
    pub(super) fn of(dockerfiles: &[DockerfileRow]) -> Self {
        let mut reports = Self::default();
        for id in dockerfiles.iter().filter_map(|it| it.report_id) {
            let next = reports.reports.len();
            if *reports.places.entry(id).or_insert(next) == next {
                reports.reports.push(SnapshotReport { id, ..SnapshotReport::default() });
            }
        }
        reports
    }

    fn ids(&self) -> Vec<i64> {
        self.reports.iter().map(|it| it.id).collect()
    }

    fn get(&mut self, id: i64) -> Option<&mut SnapshotReport> {
        self.reports.get_mut(*self.places.get(&id)?)
    }

    /// The images that each starts from, with what the engine remarks on those that are
    /// withdrawn or past their end of life.
    pub(super) async fn add_bases(
        &mut self,
        connection: &mut PgConnection,
    ) -> Result<(), StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT base_use.report_id, reference, image,
                   role NOT IN ('final', 'chain') AS "is_build!", hardened, suggestion_kind,
                   suggestion, remark.code AS "code?", remark.message AS "message?"
            FROM base_use
            LEFT JOIN (
                SELECT DISTINCT ON (report_id, first_line)
                       report_id, first_line, code, message, body -> 'bases' AS bases
                FROM finding
                JOIN report USING (report_id)
                WHERE report_id = ANY($1)
                  AND item = 'base-image'
                  AND code IN ('withdrawn-tag', 'end-of-life')
                ORDER BY report_id, first_line, ordinal
            ) AS remark
              ON remark.report_id = base_use.report_id
             AND (remark.bases -> base_use.ordinal -> 'lines' ->> 0)::integer = remark.first_line
            WHERE base_use.report_id = ANY($1)
            ORDER BY base_use.report_id, base_use.ordinal
            "#,
            &self.ids(),
        )
        .fetch_all(connection)
        .await?;
        for row in rows {
            let base = SnapshotBase {
                suggestion: suggestion(&row.suggestion_kind, row.suggestion)?,
                reference: row.reference,
                image: row.image,
                is_build: row.is_build,
                hardened: row.hardened,
                remark: row
                    .code
                    .zip(row.message)
                    .map(|(code, message)| SnapshotRemark { code, message }),
            };
            if let Some(report) = self.get(row.report_id) {
                report.bases.push(base);
            }
        }
        Ok(())
    }

    pub(super) async fn add_findings(
        &mut self,
        connection: &mut PgConnection,
    ) -> Result<(), StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT report_id, item, code, verdict, first_line
            FROM finding
            WHERE report_id = ANY($1) AND verdict IN ('remaining', 'verify', 'unknown')
            ORDER BY report_id, item, ordinal
            "#,
            &self.ids(),
        )
        .fetch_all(connection)
        .await?;
        for row in rows {
            let finding = SnapshotFinding {
                item: item(&row.item)?,
                verdict: verdict(&row.verdict)?.into(),
                code: row.code,
                line: row.first_line.map(count),
            };
            if let Some(report) = self.get(row.report_id) {
                report.findings.push(finding);
            }
        }
        Ok(())
    }
}
