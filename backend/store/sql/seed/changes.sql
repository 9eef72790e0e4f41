-- Writes the changes of verdicts $1, in their order.
INSERT INTO verdict_change
    (dockerfile_id, item, from_verdict, to_verdict, cause, commit_sha, changed_at)
SELECT dockerfile_id, item, from_verdict, to_verdict, cause, commit_sha, changed_at
FROM jsonb_populate_recordset(null::verdict_change, $1)
