-- How many disputes stand in each organization that has some. Those are few: each finds its
-- organization by itself.
WITH disputed AS MATERIALIZED (
    SELECT dockerfile_id FROM decision WHERE kind = 'disputed' AND ended_at IS NULL
),
placed AS (
    SELECT (
        SELECT repository.organization_id
        FROM dockerfile
        JOIN repository USING (repository_id)
        WHERE dockerfile.dockerfile_id = disputed.dockerfile_id
    ) AS organization_id
    FROM disputed
)
SELECT organization_id AS "organization_id!", count(*) AS "count!"
FROM placed
GROUP BY organization_id
