-- Repositories whose kept progress is not what their items and Dockerfiles say.
WITH item AS (
    SELECT repository_id,
           sum(met) AS met, sum(verified) AS verified, sum(verify) AS verify, sum(unknown) AS unknown,
           sum(remaining) AS remaining, sum(waived) AS waived, sum(not_applicable) AS not_applicable,
           count(*) FILTER (WHERE verify + unknown + remaining > 0) AS items_left
    FROM repository_item
    GROUP BY repository_id
),
file AS (
    SELECT repository_id,
           count(*) FILTER (WHERE dockerfile.excluded_by IS NULL AND repository.excluded_by IS NULL)
               AS dockerfiles,
           count(*) AS present
    FROM dockerfile
    JOIN repository USING (repository_id)
    WHERE removed_at IS NULL
    GROUP BY repository_id
)
SELECT count(*) AS "wrong!"
FROM repository
LEFT JOIN repository_progress AS kept USING (repository_id)
LEFT JOIN item USING (repository_id)
LEFT JOIN file USING (repository_id)
WHERE (kept.dockerfiles, kept.dockerfiles_excluded, kept.met, kept.verified, kept.verify, kept.unknown,
       kept.remaining, kept.waived, kept.not_applicable, kept.items_left)
      IS DISTINCT FROM
      (coalesce(file.dockerfiles, 0), coalesce(file.present - file.dockerfiles, 0),
       coalesce(item.met, 0), coalesce(item.verified, 0), coalesce(item.verify, 0),
       coalesce(item.unknown, 0), coalesce(item.remaining, 0), coalesce(item.waived, 0),
       coalesce(item.not_applicable, 0), coalesce(item.items_left, 0))
   OR (kept.state = 'out-of-scope') <> (repository.excluded_by IS NOT NULL)
   OR (kept.state = 'finished')
      <> (repository.excluded_by IS NULL AND coalesce(file.dockerfiles, 0) > 0
          AND coalesce(item.items_left, 0) = 0)
   OR (kept.state = 'finished' AND kept.finished_at IS NULL)
