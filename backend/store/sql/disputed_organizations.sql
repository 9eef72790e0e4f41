-- The organizations in which some verdict is disputed. A dispute finds its organization by
-- itself, and the first one found is enough.
WITH disputed AS MATERIALIZED (
    SELECT dockerfile_id FROM decision WHERE kind = 'disputed' AND ended_at IS NULL
)
SELECT organization.organization_id
FROM organization
WHERE EXISTS (
    SELECT FROM disputed
    WHERE organization.organization_id = (
        SELECT repository.organization_id
        FROM dockerfile
        JOIN repository USING (repository_id)
        WHERE dockerfile.dockerfile_id = disputed.dockerfile_id
    )
)
