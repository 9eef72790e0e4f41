-- Every present Dockerfile of those of the organization's ($1) repositories that hold
-- a report of other rules than $2 or another catalogue than $3.
SELECT repository.repository_id,
       repository.head_sha AS "head_sha!",
       repository.tree_sha AS "tree_sha!",
       repository.head_committed_at AS "head_committed_at!",
       dockerfile.path,
       report.file_kind AS "file_kind?",
       dockerfile.blob_sha,
       dockerfile.unread_reason,
       dockerfile.excluded_by
FROM repository
JOIN dockerfile USING (repository_id)
LEFT JOIN report USING (report_id)
WHERE repository.organization_id = $1
  AND repository.head_sha IS NOT NULL
  AND dockerfile.removed_at IS NULL
  AND EXISTS (
      SELECT
      FROM dockerfile AS other
      JOIN report AS outdated USING (report_id)
      WHERE other.repository_id = repository.repository_id
        AND other.removed_at IS NULL
        AND (outdated.rule_version, outdated.catalog_version) IS DISTINCT FROM ($2, $3)
  )
ORDER BY repository.repository_id, dockerfile.path
