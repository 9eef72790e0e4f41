-- The schedules that are due at $1 or were never planned.
SELECT organization.organization_id,
       schedule.kind AS "kind!",
       schedule.cron AS "cron!",
       organization.time_zone,
       schedule_run.next_at AS "next_at?"
FROM organization
CROSS JOIN LATERAL (
    VALUES ('full-crawl', organization.full_schedule),
           ('listing-crawl', organization.listing_schedule)
) AS schedule (kind, cron)
LEFT JOIN schedule_run
    ON schedule_run.organization_id = organization.organization_id
   AND schedule_run.kind = schedule.kind
WHERE schedule_run.next_at IS NULL OR schedule_run.next_at <= $1
ORDER BY organization.organization_id, schedule.kind
