-- The repositories of organization $1 that the filters $2 to $13 let through, in the
-- order of column $14 (of item $15, descending where $16), from row $18, at most $19.
SELECT line.repository_id AS "repository_id!",
       line.name AS "name!",
       line.team,
       line.state AS "state!",
       line.language,
       line.is_archived AS "is_archived!",
       line.unreadable_reason,
       line.dockerfiles AS "dockerfiles!",
       line.items_left AS "items_left!",
       line.met AS "met!",
       line.verified AS "verified!",
       line.waived AS "waived!",
       line.verify AS "verify!",
       line.unknown AS "unknown!",
       line.remaining AS "remaining!",
       line.not_applicable AS "not_applicable!",
       line.head_committed_at,
       count(*) OVER () AS "total!"
FROM repository_line AS line
LEFT JOIN repository_item AS sorted
    ON sorted.repository_id = line.repository_id AND sorted.item = $15::text
LEFT JOIN LATERAL (
    SELECT day.met::float8 / nullif(day.met + day.remaining + day.verify + day.unknown, 0) AS share
    FROM repository_day AS day
    WHERE day.repository_id = line.repository_id
    -- The last day before the line's first, else the first one after it.
    ORDER BY day.day <= $17 DESC, CASE WHEN day.day <= $17 THEN $17 - day.day ELSE day.day - $17 END
    LIMIT 1
) AS before ON $14::text = 'gained'
CROSS JOIN LATERAL (
    SELECT line.met::float8
           / nullif(line.met + line.remaining + line.verify + line.unknown, 0) AS share
) AS present
CROSS JOIN LATERAL (
    SELECT CASE $14::text
               WHEN 'name' THEN lower(line.name)
               WHEN 'team' THEN lower(line.team)
           END AS words,
           CASE $14::text
               WHEN 'progress' THEN present.share
               WHEN 'left' THEN CASE WHEN line.dockerfiles > 0 THEN line.items_left END
               WHEN 'dockerfiles' THEN line.dockerfiles
               WHEN 'gained' THEN present.share - before.share
               WHEN 'committed' THEN extract(epoch FROM line.head_committed_at)
               WHEN 'item' THEN sorted.remaining * 1e6 + sorted.unknown * 1e3 + sorted.verify
           END AS number
) AS key
WHERE line.organization_id = $1
  AND ($2::text IS NULL OR position(lower($2) IN lower(line.name)) > 0)
  AND ($3::text IS NULL OR EXISTS (
      SELECT FROM repository_item AS each
      WHERE each.repository_id = line.repository_id AND each.item = $3
        AND CASE $4::text
                WHEN 'left' THEN each.remaining + each.verify + each.unknown
                WHEN 'met' THEN each.met
                WHEN 'remaining' THEN each.remaining
                WHEN 'verify' THEN each.verify
                WHEN 'unknown' THEN each.unknown
                WHEN 'not-applicable' THEN each.not_applicable
            END > 0))
  AND ($5::text IS NULL OR line.team = $5)
  AND (NOT $6::boolean OR line.team IS NULL)
  AND CASE $7::text
          WHEN '' THEN line.is_counted
                       OR ($10::text <> '' AND line.is_archived AND line.state = 'out-of-scope')
          WHEN 'all' THEN true
          WHEN 'slipped-back' THEN line.has_slipped_back
          WHEN 'unreadable' THEN line.is_counted AND line.unreadable_reason IS NOT NULL
          ELSE line.state = $7
      END
  AND ($8::text IS NULL OR EXISTS (
      SELECT FROM dockerfile
      JOIN base_use AS used USING (report_id)
      WHERE dockerfile.repository_id = line.repository_id
        AND dockerfile.removed_at IS NULL AND dockerfile.excluded_by IS NULL
        AND $8 IN (used.reference, used.image)))
  AND ($9::text IS NULL OR line.language = $9)
  AND ($10::text <> 'only' OR line.is_archived)
  AND (NOT $11::boolean OR (line.is_counted AND line.items_left = 1))
  AND CASE $12::text
          WHEN 'finished' THEN line.state = 'finished' AND line.finished_at >= $13::timestamptz
          WHEN 'slipped-back' THEN line.has_slipped_back AND line.slipped_back_at >= $13
          WHEN 'changed' THEN line.is_counted AND EXISTS (
              SELECT FROM verdict_change
              JOIN dockerfile USING (dockerfile_id)
              WHERE dockerfile.repository_id = line.repository_id
                AND verdict_change.changed_at >= $13
                AND verdict_change.cause IN ('commit', 'removed'))
          ELSE true
      END
ORDER BY CASE WHEN $16::boolean THEN key.words END DESC NULLS LAST,
         CASE WHEN NOT $16 THEN key.words END NULLS LAST,
         CASE WHEN $16 THEN key.number END DESC NULLS LAST,
         CASE WHEN NOT $16 THEN key.number END NULLS LAST,
         lower(line.name)
OFFSET $18
LIMIT $19
