-- Puts what standing decisions say beside the verdicts of the repositories $1, at the moment
-- $2 of the day $3: a `verified` settles a verdict to verify, a waiver whatever is left.
-- A decision that no verdict is there for any more waits; the change of the verdict tells.
WITH present AS (
    SELECT each.dockerfile_id, each.item, each.verdict, each.decision AS before, standing.kind AS now
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
      AND each.decision IS DISTINCT FROM standing.kind
),
settled AS (
    UPDATE dockerfile_item
    SET decision = present.now
    FROM present
    WHERE dockerfile_item.dockerfile_id = present.dockerfile_id
      AND dockerfile_item.item = present.item
)
INSERT INTO verdict_change (dockerfile_id, item, from_verdict, to_verdict, cause, changed_at)
SELECT dockerfile_id, item, coalesce(before, verdict), coalesce(now, verdict), 'decision', $2
FROM present
WHERE now IS NOT NULL
   OR (before = 'verified' AND verdict = 'verify')
   OR (before = 'waived' AND verdict IN ('remaining', 'verify', 'unknown'))
