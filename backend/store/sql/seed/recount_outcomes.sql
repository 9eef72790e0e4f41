-- Dockerfiles whose letters are not those of their items, in the order of $1.
SELECT count(*) AS "wrong!"
FROM dockerfile
LEFT JOIN (
    SELECT dockerfile_id,
           string_agg(CASE coalesce(decision, verdict)
                          WHEN 'met' THEN 'm' WHEN 'verified' THEN 'd' WHEN 'verify' THEN 'v'
                          WHEN 'unknown' THEN 'u' WHEN 'remaining' THEN 'r' WHEN 'waived' THEN 'w'
                          WHEN 'not-applicable' THEN 'n'
                      END, '' ORDER BY array_position($1::text[], item)) AS letters
    FROM dockerfile_item
    GROUP BY dockerfile_id
) AS present USING (dockerfile_id)
WHERE dockerfile.outcomes IS DISTINCT FROM present.letters
