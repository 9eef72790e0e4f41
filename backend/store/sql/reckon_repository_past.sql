-- Reckons the days of the organization's ($1) repositories before their first reading, by
-- the rules $2 and the catalogue $3: a row for each day (UTC) whose commits changed the
-- counts. A content without a report has $4 items unknown, as with a crawl. Each version
-- is a step from the one before, so that steps of one day may be summed in any order.
WITH version AS (
    SELECT dockerfile.repository_id,
           history.dockerfile_id,
           -- What stood there before the beginning stands there at the beginning.
           greatest(version.day, max(history.since) OVER (PARTITION BY dockerfile.repository_id)) AS day,
           version.day AS ordinal,
           version.is_there,
           CASE WHEN version.is_there THEN report.report_id END AS report_id
    FROM dockerfile_history AS history
    JOIN dockerfile USING (dockerfile_id)
    JOIN repository USING (repository_id)
    JOIN dockerfile_version AS version USING (dockerfile_id)
    LEFT JOIN report
        ON report.blob_sha = version.blob_sha
       AND report.file_kind = history.file_kind
       AND report.rule_version = $2
       AND report.catalog_version = $3
       AND report.policy = repository.policy
    WHERE history.organization_id = $1
),
-- Each report is opened once, however many versions have it.
tally AS (
    SELECT used.report_id,
           count(*) FILTER (WHERE outcome.verdict = 'met') AS met,
           count(*) FILTER (WHERE outcome.verdict = 'remaining') AS remaining,
           count(*) FILTER (WHERE outcome.verdict = 'verify') AS verify,
           count(*) FILTER (WHERE outcome.verdict = 'unknown') AS unknown,
           count(*) FILTER (WHERE outcome.verdict = 'not-applicable') AS not_applicable
    FROM (SELECT DISTINCT report_id FROM version) AS used
    JOIN report USING (report_id)
    CROSS JOIN LATERAL jsonb_to_recordset(report.body -> 'outcomes') AS outcome (verdict text)
    GROUP BY used.report_id
),
standing AS (
    SELECT version.repository_id, version.dockerfile_id, version.day, version.ordinal,
           coalesce(tally.met, 0) AS met,
           coalesce(tally.remaining, 0) AS remaining,
           coalesce(tally.verify, 0) AS verify,
           coalesce(tally.unknown, CASE WHEN version.is_there THEN $4::bigint ELSE 0 END) AS unknown,
           coalesce(tally.not_applicable, 0) AS not_applicable
    FROM version
    LEFT JOIN tally USING (report_id)
),
step AS (
    SELECT repository_id, day,
           met - lag(met, 1, 0::bigint) OVER file AS met,
           remaining - lag(remaining, 1, 0::bigint) OVER file AS remaining,
           verify - lag(verify, 1, 0::bigint) OVER file AS verify,
           unknown - lag(unknown, 1, 0::bigint) OVER file AS unknown,
           not_applicable - lag(not_applicable, 1, 0::bigint) OVER file AS not_applicable
    FROM standing
    WINDOW file AS (PARTITION BY dockerfile_id ORDER BY ordinal)
),
changed AS (
    SELECT repository_id, day, sum(met) AS met, sum(remaining) AS remaining, sum(verify) AS verify,
           sum(unknown) AS unknown, sum(not_applicable) AS not_applicable
    FROM step
    GROUP BY repository_id, day
    HAVING (sum(met), sum(remaining), sum(verify), sum(unknown), sum(not_applicable))
           <> (0, 0, 0, 0, 0)
)
INSERT INTO repository_day
    (repository_id, day, met, remaining, verify, unknown, not_applicable, is_reconstructed)
SELECT summed.repository_id, summed.day, summed.met, summed.remaining, summed.verify,
       summed.unknown, summed.not_applicable, true
FROM (
    SELECT repository_id, day,
           sum(met) OVER past AS met,
           sum(remaining) OVER past AS remaining,
           sum(verify) OVER past AS verify,
           sum(unknown) OVER past AS unknown,
           sum(not_applicable) OVER past AS not_applicable
    FROM changed
    WINDOW past AS (PARTITION BY repository_id ORDER BY day)
) AS summed
JOIN repository USING (repository_id)
WHERE summed.day < (repository.first_crawled_at AT TIME ZONE 'UTC')::date
ON CONFLICT (repository_id, day) DO NOTHING
