-- Puts what standing decisions say beside the verdicts of the repositories $1, at the moment
-- $2 of the day $3: a `verified` settles a verdict to verify, a waiver whatever is left.
-- A decision that no verdict is there for any more waits. Each change of what counts is told
-- from where the last one ended: a verdict that moved in this transaction has told its part.
WITH stood AS (
    SELECT each.dockerfile_id, each.item, each.verdict, each.decision AS before, standing.kind AS now,
           CASE WHEN each.decision IS NOT NULL OR standing.kind IS NOT NULL THEN EXISTS (
               SELECT FROM verdict_change
               WHERE verdict_change.dockerfile_id = each.dockerfile_id
                 AND verdict_change.item = each.item
                 AND verdict_change.changed_at = $2::timestamptz
                 AND verdict_change.cause <> 'decision'
                 AND verdict_change.xmin = pg_current_xact_id()::xid
           ) ELSE false END AS has_moved
    FROM dockerfile
    CROSS JOIN LATERAL (
        SELECT dockerfile_id, item, verdict, decision
        FROM dockerfile_item
        WHERE dockerfile_item.dockerfile_id = dockerfile.dockerfile_id
        OFFSET 0
    ) AS each
    LEFT JOIN LATERAL (
        SELECT decision.kind
        FROM decision
        WHERE decision.dockerfile_id = each.dockerfile_id
          AND decision.item = each.item
          AND decision.ended_at IS NULL
          AND (decision.expires_on IS NULL OR decision.expires_on >= $3::date)
          AND ((decision.kind = 'verified' AND each.verdict = 'verify')
               OR (decision.kind = 'waived' AND each.verdict IN ('remaining', 'verify', 'unknown')))
        LIMIT 1
    ) AS standing ON true
    WHERE dockerfile.repository_id = ANY($1::bigint[])
),
present AS (
    SELECT dockerfile_id, item, now,
           CASE WHEN has_moved THEN verdict ELSE coalesce(before, verdict) END AS from_verdict,
           coalesce(now, verdict) AS to_verdict
    FROM stood
    WHERE before IS DISTINCT FROM now OR has_moved
),
settled AS (
    UPDATE dockerfile_item
    SET decision = present.now
    FROM present
    WHERE dockerfile_item.dockerfile_id = present.dockerfile_id
      AND dockerfile_item.item = present.item
      AND dockerfile_item.decision IS DISTINCT FROM present.now
)
INSERT INTO verdict_change (dockerfile_id, item, from_verdict, to_verdict, cause, changed_at)
SELECT dockerfile_id, item, from_verdict, to_verdict, 'decision', $2
FROM present
WHERE from_verdict <> to_verdict
