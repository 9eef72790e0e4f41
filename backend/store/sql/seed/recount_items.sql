-- Items of repositories whose kept counts are not those of their Dockerfiles in scope.
WITH counted AS (
    SELECT dockerfile.repository_id, each.item, coalesce(each.decision, each.verdict) AS verdict
    FROM dockerfile_item AS each
    JOIN dockerfile USING (dockerfile_id)
    JOIN repository USING (repository_id)
    WHERE dockerfile.removed_at IS NULL
      AND dockerfile.excluded_by IS NULL
      AND repository.excluded_by IS NULL
),
recount AS (
    SELECT repository_id, item,
           count(*) FILTER (WHERE verdict = 'met') AS met,
           count(*) FILTER (WHERE verdict = 'verified') AS verified,
           count(*) FILTER (WHERE verdict = 'verify') AS verify,
           count(*) FILTER (WHERE verdict = 'unknown') AS unknown,
           count(*) FILTER (WHERE verdict = 'remaining') AS remaining,
           count(*) FILTER (WHERE verdict = 'waived') AS waived,
           count(*) FILTER (WHERE verdict = 'not-applicable') AS not_applicable
    FROM counted
    GROUP BY repository_id, item
)
SELECT count(*) AS "wrong!"
FROM recount
FULL JOIN repository_item AS kept USING (repository_id, item)
WHERE (recount.met, recount.verified, recount.verify, recount.unknown, recount.remaining,
       recount.waived, recount.not_applicable)
      IS DISTINCT FROM
      (kept.met, kept.verified, kept.verify, kept.unknown, kept.remaining, kept.waived,
       kept.not_applicable)
