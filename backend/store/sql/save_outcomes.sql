-- Keeps the eight letters of each Dockerfile of the repositories $1 equal to its items, which
-- are in the order of $2.
UPDATE dockerfile
SET outcomes = each.letters
FROM (
    SELECT dockerfile.dockerfile_id, item.letters
    FROM dockerfile
    CROSS JOIN LATERAL (
        SELECT string_agg(
                   CASE decision WHEN 'verified' THEN 'd' WHEN 'waived' THEN 'w'
                                 ELSE left(verdict, 1) END,
                   '' ORDER BY array_position($2::text[], item)) AS letters
        FROM dockerfile_item
        WHERE dockerfile_item.dockerfile_id = dockerfile.dockerfile_id
    ) AS item
    WHERE dockerfile.repository_id = ANY($1::bigint[])
) AS each
WHERE dockerfile.dockerfile_id = each.dockerfile_id
  AND dockerfile.outcomes IS DISTINCT FROM each.letters
