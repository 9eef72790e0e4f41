-- Puts the job $1 of the worker $2 back for the reason $3: it may run again at $4 and
-- has used $5 attempts. At the moment $6 it fails for good if it has no attempt left, or
-- if another one of its kind is queued, which takes its place.
WITH held AS (
    SELECT job_id,
           attempt - 1 + $5::smallint AS attempts_used,
           attempt - 1 + $5::smallint >= max_attempts
               OR EXISTS (
                   SELECT FROM job AS other
                   WHERE other.organization_id = job.organization_id
                     AND other.kind = job.kind
                     AND other.state = 'queued'
               ) AS is_over
    FROM job
    WHERE job_id = $1 AND locked_by = $2 AND state = 'running'
    FOR UPDATE
)
UPDATE job
SET state = CASE WHEN held.is_over THEN 'failed' ELSE 'queued' END,
    attempt = held.attempts_used,
    run_at = $4,
    last_error = $3,
    locked_by = NULL,
    lease_until = NULL,
    ended_at = CASE WHEN held.is_over THEN $6::timestamptz END
FROM held
WHERE job.job_id = held.job_id
