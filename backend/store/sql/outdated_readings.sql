-- Every present Dockerfile of those of the organization's ($1) repositories that hold
-- a report of other rules than $2, another catalogue than $3 or another policy than theirs. Which repositories those
-- are is found out once: asked for each file, it is the square of their number.
WITH outdated AS MATERIALIZED (
    SELECT DISTINCT dockerfile.repository_id
    FROM repository
    JOIN dockerfile USING (repository_id)
    JOIN report USING (report_id)
    WHERE repository.organization_id = $1
      AND repository.head_sha IS NOT NULL
      AND dockerfile.removed_at IS NULL
      AND (report.rule_version, report.catalog_version, report.policy)
          IS DISTINCT FROM ($2, $3, repository.policy)
)
SELECT repository.repository_id,
       repository.head_sha AS "head_sha!",
       repository.tree_sha AS "tree_sha!",
       repository.head_committed_at AS "head_committed_at!",
       repository.has_links,
       dockerfile.path,
       report.file_kind AS "file_kind?",
       dockerfile.blob_sha,
       dockerfile.unread_reason,
       dockerfile.owner,
       repository.policy
FROM outdated
JOIN repository USING (repository_id)
JOIN dockerfile USING (repository_id)
LEFT JOIN report USING (report_id)
WHERE dockerfile.removed_at IS NULL
ORDER BY repository.repository_id, dockerfile.path
