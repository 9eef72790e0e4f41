-- Whether the organization $1 has a past that was not read, or that was reckoned by other
-- rules than $2 or another catalogue than $3; not while a back-fill waits or runs, nor if
-- one failed after $4.
SELECT NOT EXISTS (
           SELECT FROM job
           WHERE job.organization_id = $1
             AND job.kind = 'history'
             AND (job.state IN ('queued', 'running')
                  OR (job.state = 'failed' AND job.ended_at > $4))
       )
       AND (
           EXISTS (
               SELECT FROM repository
               JOIN dockerfile USING (repository_id)
               WHERE repository.organization_id = $1
                 AND repository.gone_at IS NULL
                 AND repository.excluded_by IS NULL
                 AND dockerfile.excluded_by IS NULL
                 AND dockerfile.first_seen_at <= repository.first_crawled_at
                 AND NOT EXISTS (
                     SELECT FROM dockerfile_history
                     WHERE dockerfile_history.dockerfile_id = dockerfile.dockerfile_id
                 )
           )
           OR EXISTS (
               SELECT FROM dockerfile_history AS history
               LEFT JOIN organization_history AS reckoned USING (organization_id)
               WHERE history.organization_id = $1
                 AND (reckoned.rule_version, reckoned.catalog_version)
                     IS DISTINCT FROM ($2::integer, $3::text)
           )
       ) AS "is_needed!"
