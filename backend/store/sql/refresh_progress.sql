-- Sums the repositories $1 anew, at the moment $2 of the day $3. In scope is a Dockerfile
-- that no path rule leaves out, in a repository that nothing leaves out. Large tables are
-- looked up row by row (`OFFSET 0`, `LIMIT 1`): the repositories are few. $4 is the checklist's
-- order of items.
WITH target AS (
    SELECT repository_id,
           excluded_by IS NULL AS in_scope,
           -- Never read, so nobody knows whether it has Dockerfiles.
           head_sha IS NULL AND NOT is_empty AS is_unread
    FROM repository
    WHERE repository_id = ANY($1::bigint[])
),
file AS (
    SELECT dockerfile.repository_id,
           dockerfile.dockerfile_id,
           target.in_scope AND dockerfile.excluded_by IS NULL AS in_scope,
           coalesce(report.uses_dhi, false) AS uses_dhi
    FROM target
    CROSS JOIN LATERAL (
        SELECT dockerfile_id, repository_id, report_id, excluded_by
        FROM dockerfile
        WHERE dockerfile.repository_id = target.repository_id AND dockerfile.removed_at IS NULL
        OFFSET 0
    ) AS dockerfile
    LEFT JOIN LATERAL (
        SELECT report.uses_dhi
        FROM report
        WHERE report.report_id = dockerfile.report_id
        LIMIT 1
    ) AS report ON true
),
file_count AS (
    SELECT repository_id,
           count(*) FILTER (WHERE in_scope) AS dockerfiles,
           count(*) FILTER (WHERE NOT in_scope) AS dockerfiles_excluded,
           bool_or(in_scope AND uses_dhi) AS uses_dhi
    FROM file
    GROUP BY repository_id
),
-- A verdict that a commit, not a new rule, turned to met since the first crawl.
moved AS (
    SELECT DISTINCT file.repository_id
    FROM file
    CROSS JOIN LATERAL (
        SELECT
        FROM verdict_change
        WHERE verdict_change.dockerfile_id = file.dockerfile_id
          AND verdict_change.to_verdict = 'met'
          AND verdict_change.from_verdict IS NOT NULL
          AND verdict_change.cause = 'commit'
        LIMIT 1
    ) AS gained
    WHERE file.in_scope
),
item_count AS (
    SELECT file.repository_id,
           dockerfile_item.item,
           count(*) FILTER (WHERE verdict = 'met') AS met,
           count(*) FILTER (WHERE verdict = 'verified') AS verified,
           count(*) FILTER (WHERE verdict = 'remaining') AS remaining,
           count(*) FILTER (WHERE verdict = 'verify') AS verify,
           count(*) FILTER (WHERE verdict = 'unknown') AS unknown,
           count(*) FILTER (WHERE verdict = 'waived') AS waived,
           count(*) FILTER (WHERE verdict = 'not-applicable') AS not_applicable
    FROM file
    CROSS JOIN LATERAL (
        SELECT item, coalesce(decision, verdict) AS verdict
        FROM dockerfile_item
        WHERE dockerfile_item.dockerfile_id = file.dockerfile_id
        OFFSET 0
    ) AS dockerfile_item
    WHERE file.in_scope
    GROUP BY file.repository_id, dockerfile_item.item
),
total AS (
    SELECT repository_id,
           sum(met) AS met,
           sum(verified) AS verified,
           sum(remaining) AS remaining,
           sum(verify) AS verify,
           sum(unknown) AS unknown,
           sum(waived) AS waived,
           sum(not_applicable) AS not_applicable,
           count(*) FILTER (WHERE remaining + verify + unknown > 0) AS items_left,
           array_agg((met + verified)::integer ORDER BY array_position($4::text[], item)) AS done,
           array_agg(verify::integer ORDER BY array_position($4, item)) AS to_verify,
           array_agg((remaining + unknown)::integer ORDER BY array_position($4, item)) AS open
    FROM item_count
    GROUP BY repository_id
),
fresh AS (
    SELECT target.repository_id,
           coalesce(file_count.dockerfiles, 0) AS dockerfiles,
           coalesce(file_count.dockerfiles_excluded, 0) AS dockerfiles_excluded,
           coalesce(total.met, 0) AS met,
           coalesce(total.verified, 0) AS verified,
           coalesce(total.remaining, 0) AS remaining,
           coalesce(total.verify, 0) AS verify,
           coalesce(total.unknown, 0) AS unknown,
           coalesce(total.waived, 0) AS waived,
           coalesce(total.not_applicable, 0) AS not_applicable,
           coalesce(total.items_left, 0) AS items_left,
           coalesce(total.done, '{}') AS done,
           coalesce(total.to_verify, '{}') AS to_verify,
           coalesce(total.open, '{}') AS open,
           CASE WHEN NOT target.in_scope THEN 'out-of-scope'
                WHEN target.is_unread THEN 'not-started'
                WHEN coalesce(file_count.dockerfiles, 0) = 0 THEN 'no-dockerfile'
                WHEN coalesce(total.items_left, 0) = 0 THEN 'finished'
                WHEN file_count.uses_dhi OR moved.repository_id IS NOT NULL THEN 'in-progress'
                ELSE 'not-started'
           END AS state
    FROM target
    LEFT JOIN file_count USING (repository_id)
    LEFT JOIN total USING (repository_id)
    LEFT JOIN moved USING (repository_id)
),
item_removed AS (
    DELETE FROM repository_item
    USING target
    WHERE repository_item.repository_id = target.repository_id
      AND NOT EXISTS (
          SELECT FROM item_count
          WHERE item_count.repository_id = repository_item.repository_id
            AND item_count.item = repository_item.item
      )
),
item_saved AS (
    INSERT INTO repository_item AS old
        (repository_id, item, met, verified, remaining, verify, unknown, waived, not_applicable)
    SELECT repository_id, item, met, verified, remaining, verify, unknown, waived, not_applicable
    FROM item_count
    ON CONFLICT (repository_id, item) DO UPDATE
    SET met = excluded.met,
        verified = excluded.verified,
        remaining = excluded.remaining,
        verify = excluded.verify,
        unknown = excluded.unknown,
        waived = excluded.waived,
        not_applicable = excluded.not_applicable
    WHERE (old.met, old.verified, old.remaining, old.verify, old.unknown, old.waived,
           old.not_applicable)
          IS DISTINCT FROM
          (excluded.met, excluded.verified, excluded.remaining, excluded.verify, excluded.unknown,
           excluded.waived, excluded.not_applicable)
),
day_saved AS (
    INSERT INTO repository_day (
        repository_id, day, met, verified, remaining, verify, unknown, waived, not_applicable,
        done, to_verify, open
    )
    SELECT fresh.repository_id, $3::date, fresh.met, fresh.verified, fresh.remaining, fresh.verify,
           fresh.unknown, fresh.waived, fresh.not_applicable, fresh.done, fresh.to_verify, fresh.open
    FROM fresh
    LEFT JOIN LATERAL (
        SELECT day.met, day.verified, day.remaining, day.verify, day.unknown, day.waived,
               day.not_applicable, day.done, day.to_verify, day.open
        FROM repository_day AS day
        WHERE day.repository_id = fresh.repository_id AND day.day <= $3
        ORDER BY day.day DESC
        LIMIT 1
    ) AS last ON true
    WHERE (coalesce(last.met, 0), coalesce(last.verified, 0), coalesce(last.remaining, 0),
           coalesce(last.verify, 0), coalesce(last.unknown, 0), coalesce(last.waived, 0),
           coalesce(last.not_applicable, 0), coalesce(last.done, '{}'),
           coalesce(last.to_verify, '{}'), coalesce(last.open, '{}'))
          <> (fresh.met, fresh.verified, fresh.remaining, fresh.verify, fresh.unknown, fresh.waived,
              fresh.not_applicable, fresh.done, fresh.to_verify, fresh.open)
    ON CONFLICT (repository_id, day) DO UPDATE
    SET met = excluded.met,
        verified = excluded.verified,
        remaining = excluded.remaining,
        verify = excluded.verify,
        unknown = excluded.unknown,
        waived = excluded.waived,
        not_applicable = excluded.not_applicable,
        done = excluded.done,
        to_verify = excluded.to_verify,
        open = excluded.open
)
INSERT INTO repository_progress AS old (
    repository_id, dockerfiles, dockerfiles_excluded,
    met, verified, remaining, verify, unknown, waived, not_applicable, items_left, state, finished_at
)
SELECT repository_id, dockerfiles, dockerfiles_excluded,
       met, verified, remaining, verify, unknown, waived, not_applicable, items_left, state,
       CASE WHEN state = 'finished' THEN $2::timestamptz END
FROM fresh
ON CONFLICT (repository_id) DO UPDATE
SET dockerfiles = excluded.dockerfiles,
    dockerfiles_excluded = excluded.dockerfiles_excluded,
    met = excluded.met,
    verified = excluded.verified,
    remaining = excluded.remaining,
    verify = excluded.verify,
    unknown = excluded.unknown,
    waived = excluded.waived,
    not_applicable = excluded.not_applicable,
    items_left = excluded.items_left,
    state = excluded.state,
    -- When it was finished last; it stays while the repository is out of scope or
    -- slipped back, so that finished once is never forgotten.
    finished_at = CASE
        WHEN excluded.state = 'finished' AND old.slipped_back_at IS NOT NULL THEN $2
        ELSE coalesce(old.finished_at, excluded.finished_at)
    END,
    -- Set as long as it was finished once and is not any more.
    slipped_back_at = CASE
        WHEN excluded.state = 'finished' THEN NULL
        WHEN excluded.state IN ('in-progress', 'not-started') AND old.finished_at IS NOT NULL
            THEN coalesce(old.slipped_back_at, $2)
        ELSE old.slipped_back_at
    END
WHERE (old.dockerfiles, old.dockerfiles_excluded, old.met, old.verified, old.remaining, old.verify,
       old.unknown, old.waived, old.not_applicable, old.items_left, old.state)
      IS DISTINCT FROM
      (excluded.dockerfiles, excluded.dockerfiles_excluded, excluded.met, excluded.verified,
       excluded.remaining, excluded.verify, excluded.unknown, excluded.waived,
       excluded.not_applicable, excluded.items_left, excluded.state)
