-- Makes the Dockerfiles of the repository $1 those of $2, scored by the rules $3 and the
-- catalogue $4, seen at the commit $5 of $6, at the moment $7; $8 are the items in the
-- order of a report's outcomes, $9 is the policy that they are scored by. Every part sees the rows as they were before.
-- Returns a path whose content has no report; null is well.
WITH given AS (
    SELECT given.path,
           given.blob_sha,
           given.unread_reason,
           given.excluded_by,
           given.owner,
           report.report_id,
           report.body
    FROM jsonb_to_recordset($2::jsonb) AS given (
        path text, file_kind text, blob_sha text, unread_reason text, excluded_by text,
        owner text
    )
    -- Looked up one by one (`LIMIT`): a reading is small, the tables are not.
    LEFT JOIN LATERAL (
        SELECT report.report_id, report.body
        FROM report
        WHERE report.blob_sha = given.blob_sha
          AND report.file_kind = given.file_kind
          AND report.rule_version = $3
          AND report.catalog_version = $4
          AND report.policy = $9
        LIMIT 1
    ) AS report ON true
),
before AS (
    SELECT dockerfile.dockerfile_id,
           dockerfile.path,
           dockerfile.blob_sha,
           dockerfile.removed_at,
           report.rule_version,
           report.catalog_version,
           report.policy
    FROM dockerfile
    LEFT JOIN report USING (report_id)
    WHERE dockerfile.repository_id = $1
),
saved AS (
    INSERT INTO dockerfile AS old (
        repository_id, path, blob_sha, report_id, unread_reason, excluded_by, owner,
        commit_sha, committed_at, first_seen_at
    )
    SELECT $1::bigint, path, blob_sha, report_id, unread_reason, excluded_by, owner,
           $5::text, $6::timestamptz, $7::timestamptz
    FROM given
    ON CONFLICT ON CONSTRAINT dockerfile_repository_id_key DO UPDATE
    SET blob_sha = excluded.blob_sha,
        report_id = excluded.report_id,
        unread_reason = excluded.unread_reason,
        excluded_by = excluded.excluded_by,
        owner = excluded.owner,
        -- The commit moves with the content, not with the rules that read it.
        commit_sha = CASE
            WHEN old.removed_at IS NULL AND old.blob_sha IS NOT DISTINCT FROM excluded.blob_sha
                THEN old.commit_sha
            ELSE excluded.commit_sha
        END,
        committed_at = CASE
            WHEN old.removed_at IS NULL AND old.blob_sha IS NOT DISTINCT FROM excluded.blob_sha
                THEN old.committed_at
            ELSE excluded.committed_at
        END,
        removed_at = NULL
    WHERE old.removed_at IS NOT NULL
       OR (old.blob_sha, old.report_id, old.unread_reason, old.excluded_by, old.owner)
          IS DISTINCT FROM
          (excluded.blob_sha, excluded.report_id, excluded.unread_reason, excluded.excluded_by,
           excluded.owner)
    RETURNING dockerfile_id, path
),
removed AS (
    UPDATE dockerfile
    SET removed_at = $7
    WHERE repository_id = $1
      AND removed_at IS NULL
      AND path NOT IN (SELECT path FROM given)
    RETURNING dockerfile_id
),
changed AS (
    SELECT saved.dockerfile_id,
           given.body,
           CASE
               WHEN before.dockerfile_id IS NULL THEN 'first-sight'
               WHEN before.removed_at IS NOT NULL THEN 'commit'
               WHEN before.blob_sha IS DISTINCT FROM given.blob_sha THEN 'commit'
               WHEN before.rule_version IS DISTINCT FROM $3::integer THEN 'rules'
               WHEN before.catalog_version IS DISTINCT FROM $4::text THEN 'catalog'
               WHEN before.policy IS DISTINCT FROM $9::text THEN 'policy'
               ELSE 'commit'
           END AS cause
    FROM saved
    JOIN given USING (path)
    LEFT JOIN before USING (path)
),
verdict_now AS (
    SELECT changed.dockerfile_id,
           changed.cause,
           item.item,
           -- Without a report nobody knows anything.
           coalesce(changed.body -> 'outcomes' -> item.place ->> 'verdict', 'unknown') AS verdict,
           changed.body -> 'outcomes' -> item.place ->> 'settled_by' AS settled_by
    FROM changed
    CROSS JOIN (
        SELECT slug AS item, (ordinality - 1)::integer AS place
        FROM unnest($8::text[]) WITH ORDINALITY AS listed (slug, ordinality)
    ) AS item
),
item_saved AS (
    INSERT INTO dockerfile_item AS old (dockerfile_id, item, verdict, settled_by, since)
    SELECT dockerfile_id, item, verdict, settled_by,
           CASE WHEN cause IN ('rules', 'catalog', 'policy') THEN $7::timestamptz ELSE $6::timestamptz END
    FROM verdict_now
    ON CONFLICT (dockerfile_id, item) DO UPDATE
    SET verdict = excluded.verdict,
        settled_by = excluded.settled_by,
        since = CASE WHEN old.verdict = excluded.verdict THEN old.since ELSE excluded.since END
    WHERE (old.verdict, old.settled_by) IS DISTINCT FROM (excluded.verdict, excluded.settled_by)
),
change_saved AS (
    INSERT INTO verdict_change
        (dockerfile_id, item, from_verdict, to_verdict, cause, commit_sha, changed_at)
    SELECT verdict_now.dockerfile_id, verdict_now.item, old.counted, verdict_now.verdict,
           verdict_now.cause, $5, $7
    FROM verdict_now
    LEFT JOIN LATERAL (
        -- What counted before; what a decision makes of the new verdict is told after this.
        SELECT dockerfile_item.verdict,
               coalesce(dockerfile_item.decision, dockerfile_item.verdict) AS counted
        FROM dockerfile_item
        WHERE dockerfile_item.dockerfile_id = verdict_now.dockerfile_id
          AND dockerfile_item.item = verdict_now.item
        LIMIT 1
    ) AS old ON true
    WHERE old.verdict IS DISTINCT FROM verdict_now.verdict
),
item_removed AS (
    DELETE FROM dockerfile_item AS old
    USING removed
    WHERE old.dockerfile_id = removed.dockerfile_id
    RETURNING old.dockerfile_id, old.item, coalesce(old.decision, old.verdict) AS verdict
),
removal_saved AS (
    INSERT INTO verdict_change
        (dockerfile_id, item, from_verdict, to_verdict, cause, commit_sha, changed_at)
    SELECT dockerfile_id, item, verdict, NULL, 'removed', $5, $7
    FROM item_removed
)
SELECT min(path)
FROM given
WHERE blob_sha IS NOT NULL AND report_id IS NULL
