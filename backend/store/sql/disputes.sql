-- The standing disputes of the organization $1 by rule, most disputed first, of each rule the
-- newest $2; of the repositories $3 alone, where these are given. Those of all organizations are few: they are looked at first.
WITH disputed AS MATERIALIZED (
    SELECT dockerfile_id, item, code, reason, decided_by, decided_at, decision_id
    FROM decision
    WHERE kind = 'disputed' AND ended_at IS NULL
),
ranked AS (
    SELECT disputed.item, disputed.code, disputed.reason, disputed.decided_by, disputed.decided_at,
           repository.name, dockerfile.path,
           count(*) OVER rule AS count,
           row_number() OVER (rule ORDER BY disputed.decided_at DESC, disputed.decision_id DESC) AS place
    FROM disputed
    JOIN dockerfile USING (dockerfile_id)
    JOIN repository USING (repository_id)
    WHERE repository.organization_id = $1
      AND ($3::bigint[] IS NULL OR repository.repository_id = ANY($3))
    WINDOW rule AS (PARTITION BY disputed.item, disputed.code)
)
SELECT item, code, reason, decided_by, decided_at, name, path, count AS "count!"
FROM ranked
WHERE place <= $2
ORDER BY count DESC, item, code NULLS LAST, place
