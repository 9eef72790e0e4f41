-- Reckons the days of the organization $1 before the first day on which a crawl of it
-- ended, by the rules $2 and the catalogue $3, from the days of those repositories that
-- this crawl counted: a row for each day on which one of them changed, and each week.
-- A Dockerfile has $4 items, so the items tell how many Dockerfiles there were.
WITH first AS (
    SELECT min(day) AS day
    FROM organization_day
    WHERE organization_id = $1 AND NOT is_reconstructed
),
counted AS (
    SELECT dockerfile.repository_id, max(history.since) AS since
    FROM dockerfile_history AS history
    JOIN dockerfile USING (dockerfile_id)
    JOIN repository USING (repository_id)
    JOIN first ON (repository.first_crawled_at AT TIME ZONE 'UTC')::date <= first.day
    WHERE history.organization_id = $1 AND history.failure IS NULL
    GROUP BY dockerfile.repository_id
),
beginning AS (
    SELECT max(since) AS day FROM counted
),
past AS (
    SELECT each.repository_id, each.day, each.met, each.remaining, each.verify, each.unknown,
           each.not_applicable,
           (each.met + each.remaining + each.verify + each.unknown + each.not_applicable > 0)::integer
               AS repositories,
           (each.met + each.not_applicable > 0
            AND each.remaining + each.verify + each.unknown = 0)::integer AS finished
    FROM counted
    JOIN repository_day AS each USING (repository_id)
    JOIN first ON each.day < first.day
),
step AS (
    SELECT greatest(past.day, beginning.day) AS day,
           past.met - lag(past.met, 1, 0) OVER own AS met,
           past.remaining - lag(past.remaining, 1, 0) OVER own AS remaining,
           past.verify - lag(past.verify, 1, 0) OVER own AS verify,
           past.unknown - lag(past.unknown, 1, 0) OVER own AS unknown,
           past.not_applicable - lag(past.not_applicable, 1, 0) OVER own AS not_applicable,
           past.repositories - lag(past.repositories, 1, 0) OVER own AS repositories,
           past.finished - lag(past.finished, 1, 0) OVER own AS finished
    FROM past
    CROSS JOIN beginning
    WINDOW own AS (PARTITION BY past.repository_id ORDER BY past.day)
    UNION ALL
    SELECT week.day::date, 0, 0, 0, 0, 0, 0, 0
    FROM beginning
    CROSS JOIN first
    CROSS JOIN LATERAL generate_series(
        beginning.day::timestamp, (first.day - 1)::timestamp, interval '7 days'
    ) AS week (day)
),
summed AS (
    SELECT DISTINCT day,
           sum(met) OVER until AS met,
           sum(remaining) OVER until AS remaining,
           sum(verify) OVER until AS verify,
           sum(unknown) OVER until AS unknown,
           sum(not_applicable) OVER until AS not_applicable,
           sum(repositories) OVER until AS repositories,
           sum(finished) OVER until AS finished
    FROM step
    -- By day as a whole: all rows of a day have the same sums.
    WINDOW until AS (ORDER BY day)
)
INSERT INTO organization_day (
    organization_id, day, repositories, repositories_finished, dockerfiles,
    met, remaining, verify, unknown, not_applicable, rule_version, catalog_version,
    is_reconstructed
)
SELECT $1::bigint, day, repositories, finished,
       (met + remaining + verify + unknown + not_applicable) / $4::bigint,
       met, remaining, verify, unknown, not_applicable, $2::integer, $3::text, true
FROM summed
-- Not from before there was anything to count.
WHERE day >= (SELECT min(day) FROM summed WHERE repositories > 0)
ON CONFLICT (organization_id, day) DO NOTHING
