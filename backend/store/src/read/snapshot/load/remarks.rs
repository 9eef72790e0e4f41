//! What the engine remarks on hardened images in use: withdrawn, or past their end of life.

use sqlx::PgConnection;

use super::Reports;
use crate::StoreError;
use crate::read::snapshot::SnapshotRemark;

impl Reports {
    /// Puts each remark at the base that stands on its line.
    pub(super) async fn add_remarks(
        &mut self,
        connection: &mut PgConnection,
    ) -> Result<(), StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT base_use.report_id, base_use.ordinal, finding.code, finding.message
            FROM finding
            JOIN report USING (report_id)
            JOIN base_use USING (report_id)
            WHERE finding.report_id = ANY($1)
              AND finding.item = 'base-image'
              AND finding.code IN ('withdrawn-tag', 'end-of-life')
              AND (report.body -> 'bases' -> base_use.ordinal -> 'lines' ->> 0)::integer
                  = finding.first_line
            "#,
            &self.ids(),
        )
        .fetch_all(connection)
        .await?;
        for row in rows {
            let remark = SnapshotRemark { code: row.code, message: row.message };
            // Bases are read in the order of their ordinals, which have no gaps.
            let place = usize::try_from(row.ordinal).unwrap_or(usize::MAX);
            if let Some(base) = self.get(row.report_id).and_then(|it| it.bases.get_mut(place)) {
                base.remark = Some(remark);
            }
        }
        Ok(())
    }
}
