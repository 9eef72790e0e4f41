-- Leases the most urgent job to the worker $1 until $2, at the moment $3.
UPDATE job
SET state = 'running', locked_by = $1, lease_until = $2, attempt = job.attempt + 1
FROM (
    SELECT candidate.job_id
    FROM job AS candidate
    WHERE (candidate.state = 'running' AND candidate.lease_until < $3)
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
