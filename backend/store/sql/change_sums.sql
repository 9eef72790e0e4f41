-- How many changes of each kind an organization $1 saw since $2, of the item $3 and the team
-- $4 ('' is no owner). What is new or removed is a Dockerfile with all its items: it counts once.
SELECT line.kind AS "kind!", line.cause AS "cause!", count(*) AS "count!"
FROM change_line AS line
WHERE line.organization_id = $1
  AND line.changed_at >= $2
  AND (line.kind NOT IN ('new', 'removed') OR line.item = coalesce($3, 'base-image'))
  AND ($3::text IS NULL OR line.item = $3)
  AND ($4::text IS NULL OR coalesce(line.team, '') = $4)
GROUP BY line.kind, line.cause
