-- Notes of the repositories $1 when a commit last changed a verdict, if that was at $2.
UPDATE repository
SET changed_at = $2::timestamptz
WHERE repository_id = ANY($1::bigint[])
  AND changed_at IS DISTINCT FROM $2
  AND EXISTS (
      SELECT FROM dockerfile
      JOIN verdict_change USING (dockerfile_id)
      WHERE dockerfile.repository_id = repository.repository_id
        AND verdict_change.changed_at = $2
        AND verdict_change.cause IN ('commit', 'removed')
  )
