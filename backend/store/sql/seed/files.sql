-- Writes the Dockerfiles $1. Each content has one report: all are of one kind and one version.
INSERT INTO dockerfile (
    dockerfile_id, repository_id, path, blob_sha, report_id, unread_reason, excluded_by, owner,
    commit_sha, committed_at, first_seen_at, removed_at
)
OVERRIDING SYSTEM VALUE
SELECT file.dockerfile_id, file.repository_id, file.path, file.blob_sha, report.report_id,
       file.unread_reason, file.excluded_by, file.owner, file.commit_sha, file.committed_at,
       file.first_seen_at, file.removed_at
FROM jsonb_populate_recordset(null::dockerfile, $1) AS file
LEFT JOIN report ON report.blob_sha = file.blob_sha
