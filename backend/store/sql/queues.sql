-- What waits, runs and comes next for each organization, or for those of $1; and whether it has
-- no repository on GitHub but those of $2.
SELECT organization.organization_id, organization.login AS owner,
       organization.full_schedule,
       organization.listing_schedule, organization.time_zone,
       full_run.next_at AS "next_full_at?",
       listing_run.next_at AS "next_listing_at?",
       queued.enqueued_at AS "queued_at?", queued.run_at AS "queued_until?",
       queued.last_error AS "queued_error?",
       EXISTS (
           SELECT FROM job
           WHERE job.organization_id = organization.organization_id
             AND job.state = 'running' AND job.kind NOT IN ('history', 'rescore')
       ) AS "is_claimed!",
       running.crawl_id AS "running_crawl?",
       $2::bigint[] IS NULL OR NOT EXISTS (
           SELECT FROM repository
           WHERE repository.organization_id = organization.organization_id
             AND repository.gone_at IS NULL
             AND NOT EXISTS (
                 SELECT FROM unnest($2) AS given (repository_id)
                 WHERE given.repository_id = repository.repository_id
             )
       ) AS "is_whole!"
FROM organization
LEFT JOIN schedule_run AS full_run
    ON full_run.organization_id = organization.organization_id
    AND full_run.kind IN ('full', 'full-crawl')
LEFT JOIN schedule_run AS listing_run
    ON listing_run.organization_id = organization.organization_id
    AND listing_run.kind IN ('listing', 'listing-crawl')
LEFT JOIN LATERAL (
    SELECT job.enqueued_at, job.run_at, job.last_error
    FROM job
    WHERE job.organization_id = organization.organization_id
      AND job.state = 'queued' AND job.kind IN ('full-crawl', 'touched-crawl')
    ORDER BY job.run_at
    LIMIT 1
) AS queued ON true
LEFT JOIN LATERAL (
    SELECT crawl.crawl_id
    FROM crawl
    WHERE crawl.organization_id = organization.organization_id
      AND crawl.state = 'running'
    ORDER BY crawl.started_at DESC
    LIMIT 1
) AS running ON true
WHERE $1::bigint[] IS NULL OR organization.organization_id = ANY($1)
ORDER BY lower(organization.login)
