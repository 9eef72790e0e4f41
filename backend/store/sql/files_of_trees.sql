-- The files of one repository for each of the root trees $1 that a repository was read
-- with, wholly and without links; a row without a path where it has no file.
WITH twin AS (
    SELECT DISTINCT ON (tree_sha) tree_sha, repository_id
    FROM repository
    WHERE tree_sha = ANY($1::text[])
      AND head_sha IS NOT NULL
      AND unreadable_reason IS NULL
      AND NOT has_links
      AND NOT EXISTS (
          SELECT FROM dockerfile
          WHERE dockerfile.repository_id = repository.repository_id
            AND dockerfile.removed_at IS NULL
            AND dockerfile.blob_sha IS NULL
      )
      AND NOT EXISTS (
          SELECT FROM settings_file
          WHERE settings_file.repository_id = repository.repository_id
            AND settings_file.blob_sha IS NULL
      )
    ORDER BY tree_sha, repository_id
)
SELECT twin.tree_sha AS "tree_sha!", file.path AS "path?", file.blob_sha AS "blob_sha?"
FROM twin
LEFT JOIN LATERAL (
    SELECT path, blob_sha
    FROM dockerfile
    WHERE dockerfile.repository_id = twin.repository_id AND removed_at IS NULL
    UNION ALL
    SELECT path, blob_sha
    FROM settings_file
    WHERE settings_file.repository_id = twin.repository_id
) AS file ON true
ORDER BY twin.tree_sha, file.path
