-- Leases the most urgent job to the worker $1 until $2, at the moment $3; the worker's
-- process holds the advisory lock $4 while it lives, if it holds one.
UPDATE job
SET state = 'running', locked_by = $1, lease_until = $2, life = $4, attempt = job.attempt + 1
FROM (
    SELECT candidate.job_id
    FROM job AS candidate
    WHERE (candidate.state = 'running'
           AND (candidate.lease_until < $3 OR pg_try_advisory_xact_lock(candidate.life)))
       OR (candidate.state = 'queued'
           AND candidate.run_at <= $3
           AND NOT EXISTS (
               SELECT FROM job AS other
               WHERE other.organization_id = candidate.organization_id
                 AND (other.kind = 'history') = (candidate.kind = 'history')
                 AND other.state = 'running'
           ))
    ORDER BY candidate.priority, candidate.run_at, candidate.job_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
) AS next
WHERE job.job_id = next.job_id
RETURNING job.job_id, job.kind, job.organization_id, job.trigger, job.attempt
