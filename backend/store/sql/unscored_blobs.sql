-- Contents of the organization's ($1) present Dockerfiles without a report of the
-- rules $2, the catalogue $3 and their repository's policy; at most $4.
WITH unscored AS (
    SELECT DISTINCT report.blob_sha, report.file_kind, repository.policy
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
            AND present.policy = repository.policy
      )
    ORDER BY report.blob_sha, report.file_kind, repository.policy
    LIMIT $4
)
SELECT unscored.blob_sha, unscored.file_kind, unscored.policy, blob.content
FROM unscored
JOIN blob USING (blob_sha)
