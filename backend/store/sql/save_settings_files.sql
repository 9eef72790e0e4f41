-- Makes the settings files of the repository $1 those of $2.
WITH given AS (
    SELECT path, kind, blob_sha, unread_reason
    FROM jsonb_to_recordset($2::jsonb) AS given (
        path text, kind text, blob_sha text, unread_reason text
    )
),
removed AS (
    DELETE FROM settings_file
    WHERE repository_id = $1
      AND path NOT IN (SELECT path FROM given)
)
INSERT INTO settings_file AS old (repository_id, path, kind, blob_sha, unread_reason)
SELECT $1::bigint, path, kind, blob_sha, unread_reason
FROM given
ON CONFLICT (repository_id, path) DO UPDATE
SET kind = excluded.kind,
    blob_sha = excluded.blob_sha,
    unread_reason = excluded.unread_reason
WHERE (old.kind, old.blob_sha, old.unread_reason)
      IS DISTINCT FROM (excluded.kind, excluded.blob_sha, excluded.unread_reason)
