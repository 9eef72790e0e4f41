-- The Dockerfiles in scope of organization $1 whose item $2 has a verdict of group $3 and
-- whose FROM names exactly the image $4 (in build stages where $5), from row $6, at most $7.
SELECT line.name AS "repository!",
       dockerfile.path,
       line.team,
       asked.verdict AS "verdict?",
       CASE WHEN asked.verdict IN ('remaining', 'verify', 'unknown') THEN (
           SELECT finding.message
           FROM finding
           WHERE finding.report_id = dockerfile.report_id
             AND finding.item = asked.item AND finding.verdict = asked.verdict
           ORDER BY finding.ordinal
           LIMIT 1
       ) END AS "message?",
       each.met AS "met!",
       each.counted AS "counted!",
       count(*) OVER () AS "total!"
FROM repository_line AS line
JOIN dockerfile USING (repository_id)
LEFT JOIN dockerfile_item AS asked
    ON asked.dockerfile_id = dockerfile.dockerfile_id AND asked.item = $2::text
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE verdict = 'met') AS met,
           count(*) FILTER (WHERE verdict <> 'not-applicable') AS counted
    FROM dockerfile_item
    WHERE dockerfile_item.dockerfile_id = dockerfile.dockerfile_id
) AS each
WHERE line.organization_id = $1 AND line.is_counted
  AND dockerfile.removed_at IS NULL AND dockerfile.excluded_by IS NULL
  AND ($2::text IS NULL OR asked.verdict = $3::text
       OR ($3 = 'left' AND asked.verdict IN ('remaining', 'verify', 'unknown')))
  AND ($4::text IS NULL OR EXISTS (
      SELECT FROM base_use AS used
      WHERE used.report_id = dockerfile.report_id
        AND used.reference = $4
        AND ($5::boolean IS NULL OR $5 = (used.role NOT IN ('final', 'chain')))))
ORDER BY lower(line.name), dockerfile.path
OFFSET $6
LIMIT $7
