-- Contents of the organization's ($1) present Dockerfiles without a report of the
-- rules $2 and the catalogue $3; at most $4.
WITH unscored AS (
    SELECT DISTINCT report.blob_sha, report.file_kind
    FROM repository
    JOIN dockerfile USING (repository_id)
    JOIN report USING (report_id)
    WHERE repository.organization_id = $1
      AND dockerfile.removed_at IS NULL
      AND NOT EXISTS (
          SELECT FROM report AS present
          WHERE present.blob_sha = report.blob_sha
            AND present.file_kind = report.file_kind
            AND present.rule_version = $2
            AND present.catalog_version = $3
      )
    ORDER BY report.blob_sha, report.file_kind
    LIMIT $4
)
SELECT unscored.blob_sha, unscored.file_kind, blob.content
FROM unscored
JOIN blob USING (blob_sha)
