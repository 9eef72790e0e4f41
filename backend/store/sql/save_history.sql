-- Keeps the past of the Dockerfiles $2 of the organization $1, read at $3, with the
-- versions in it. One that was read by another process meanwhile stays as it is.
WITH given AS (
    SELECT dockerfile_id, file_kind, since, failure, versions
    FROM jsonb_to_recordset($2::jsonb) AS given (
        dockerfile_id bigint, file_kind text, since date, failure text, versions jsonb
    )
),
saved AS (
    INSERT INTO dockerfile_history
        (dockerfile_id, organization_id, file_kind, since, read_at, failure)
    SELECT dockerfile_id, $1::bigint, file_kind, since, $3::timestamptz, failure
    FROM given
    ORDER BY dockerfile_id
    ON CONFLICT (dockerfile_id) DO NOTHING
    RETURNING dockerfile_id
)
INSERT INTO dockerfile_version (dockerfile_id, day, commit_sha, is_there, blob_sha)
SELECT saved.dockerfile_id, version.day, version.commit_sha, version.is_there, version.blob_sha
FROM saved
JOIN given USING (dockerfile_id)
CROSS JOIN jsonb_to_recordset(given.versions) AS version (
    day date, commit_sha text, is_there boolean, blob_sha text
)
