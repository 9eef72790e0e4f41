-- Days of organizations that are not the sum of what their repositories' days said by then.
WITH step AS (
    SELECT repository.organization_id,
           day.day,
           day.met - lag(day.met, 1, 0) OVER past AS met,
           day.verified - lag(day.verified, 1, 0) OVER past AS verified,
           day.verify - lag(day.verify, 1, 0) OVER past AS verify,
           day.unknown - lag(day.unknown, 1, 0) OVER past AS unknown,
           day.remaining - lag(day.remaining, 1, 0) OVER past AS remaining,
           day.waived - lag(day.waived, 1, 0) OVER past AS waived,
           day.not_applicable - lag(day.not_applicable, 1, 0) OVER past AS not_applicable
    FROM repository_day AS day
    JOIN repository USING (repository_id)
    WINDOW past AS (PARTITION BY day.repository_id ORDER BY day.day)
),
moved AS (
    SELECT organization_id, day, sum(met) AS met, sum(verified) AS verified, sum(verify) AS verify,
           sum(unknown) AS unknown, sum(remaining) AS remaining, sum(waived) AS waived,
           sum(not_applicable) AS not_applicable
    FROM step
    GROUP BY organization_id, day
    UNION ALL
    SELECT organization_id, day, 0, 0, 0, 0, 0, 0, 0 FROM organization_day
),
recount AS (
    SELECT DISTINCT organization_id, day,
           sum(met) OVER past AS met, sum(verified) OVER past AS verified,
           sum(verify) OVER past AS verify, sum(unknown) OVER past AS unknown,
           sum(remaining) OVER past AS remaining, sum(waived) OVER past AS waived,
           sum(not_applicable) OVER past AS not_applicable
    FROM moved
    WINDOW past AS (PARTITION BY organization_id ORDER BY day)
)
SELECT count(*) AS "wrong!"
FROM organization_day AS kept
JOIN recount USING (organization_id, day)
WHERE (kept.met, kept.verified, kept.verify, kept.unknown, kept.remaining, kept.waived,
       kept.not_applicable)
      IS DISTINCT FROM
      (recount.met, recount.verified, recount.verify, recount.unknown, recount.remaining,
       recount.waived, recount.not_applicable)
