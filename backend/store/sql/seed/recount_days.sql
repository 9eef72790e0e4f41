-- Repositories whose last day is not what stands now, items in the order of $1.
WITH item AS (
    SELECT repository_id,
           array_agg(met + verified ORDER BY array_position($1::text[], item)) AS done,
           array_agg(verify ORDER BY array_position($1, item)) AS to_verify,
           array_agg(remaining + unknown ORDER BY array_position($1, item)) AS open
    FROM repository_item
    GROUP BY repository_id
)
SELECT count(*) AS "wrong!"
FROM repository_progress AS progress
LEFT JOIN item USING (repository_id)
LEFT JOIN LATERAL (
    SELECT * FROM repository_day AS day
    WHERE day.repository_id = progress.repository_id
    ORDER BY day.day DESC
    LIMIT 1
) AS last ON true
WHERE (coalesce(last.met, 0), coalesce(last.verified, 0), coalesce(last.verify, 0),
       coalesce(last.unknown, 0), coalesce(last.remaining, 0), coalesce(last.waived, 0),
       coalesce(last.not_applicable, 0), coalesce(last.done, '{}'), coalesce(last.to_verify, '{}'),
       coalesce(last.open, '{}'))
      IS DISTINCT FROM
      (progress.met, progress.verified, progress.verify, progress.unknown, progress.remaining,
       progress.waived, progress.not_applicable, coalesce(item.done, '{}'),
       coalesce(item.to_verify, '{}'), coalesce(item.open, '{}'))
