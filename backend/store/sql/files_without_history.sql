-- Dockerfiles in scope of the organization $1 that the first reading of their repository
-- found and whose past was not read yet: those after ($2, $3), at most $4. Removed ones
-- too: they were there on the first day. The past begins $5 months before that day.
SELECT repository.repository_id,
       repository.name,
       dockerfile.dockerfile_id,
       dockerfile.path,
       ((repository.first_crawled_at AT TIME ZONE 'UTC') - make_interval(months => $5))::date AS "since!",
       repository.first_crawled_at AS "until!"
FROM repository
JOIN dockerfile USING (repository_id)
WHERE repository.organization_id = $1
  AND repository.gone_at IS NULL
  AND repository.excluded_by IS NULL
  AND dockerfile.excluded_by IS NULL
  AND dockerfile.first_seen_at <= repository.first_crawled_at
  AND (repository.repository_id, dockerfile.dockerfile_id) > ($2, $3)
  AND NOT EXISTS (
      SELECT FROM dockerfile_history
      WHERE dockerfile_history.dockerfile_id = dockerfile.dockerfile_id
  )
ORDER BY repository.repository_id, dockerfile.dockerfile_id
LIMIT $4
