-- Stored contents of past versions in the organization ($1) without a report of the rules
-- $2, the catalogue $3 and their repository's policy; at most $4.
SELECT blob.blob_sha, unscored.file_kind, unscored.policy, blob.content
FROM (
    SELECT DISTINCT version.blob_sha, history.file_kind, repository.policy
    FROM dockerfile_history AS history
    JOIN dockerfile_version AS version USING (dockerfile_id)
    JOIN dockerfile USING (dockerfile_id)
    JOIN repository USING (repository_id)
    WHERE history.organization_id = $1
      AND NOT EXISTS (
          SELECT FROM report
          WHERE report.blob_sha = version.blob_sha
            AND report.file_kind = history.file_kind
            AND report.rule_version = $2
            AND report.catalog_version = $3
            AND report.policy = repository.policy
      )
) AS unscored
JOIN blob USING (blob_sha)
ORDER BY blob.blob_sha, unscored.file_kind, unscored.policy
LIMIT $4
