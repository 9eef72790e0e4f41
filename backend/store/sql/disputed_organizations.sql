-- The organizations in which some verdict is disputed. A dispute finds its organization by
-- itself, and the first one found is enough: LIMIT keeps the rest from being looked up. Of
-- the repositories $1 alone, where these are given: a dispute finds its repository by itself too.
WITH disputed AS MATERIALIZED (
    SELECT dockerfile_id
    FROM decision
    WHERE kind = 'disputed' AND ended_at IS NULL
      AND ($1::bigint[] IS NULL OR (
          SELECT repository_id
          FROM dockerfile
          WHERE dockerfile.dockerfile_id = decision.dockerfile_id
      ) = ANY($1))
)
SELECT organization.organization_id
FROM organization
JOIN LATERAL (
    SELECT FROM disputed
    WHERE organization.organization_id = (
        SELECT repository.organization_id
        FROM dockerfile
        JOIN repository USING (repository_id)
        WHERE dockerfile.dockerfile_id = disputed.dockerfile_id
    )
    LIMIT 1
) AS found ON true
