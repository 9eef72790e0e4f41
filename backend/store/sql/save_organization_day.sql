-- The counts of the organization $1 as they are now, as those of the day $2.
-- Repositories without Dockerfiles in scope are out of the count. The day is of the rules $3
-- and the catalogue $4; where a newer catalogue has moved no verdict since the day before, of
-- that day's, as the two compare: the catalogue changes nearly every day.
INSERT INTO organization_day (
    organization_id, day, repositories, repositories_finished, dockerfiles,
    met, verified, remaining, verify, unknown, waived, not_applicable, rule_version, catalog_version
)
SELECT organization.organization_id,
       $2::date,
       count(*) FILTER (WHERE progress.state IN ('finished', 'in-progress', 'not-started')),
       count(*) FILTER (WHERE progress.state = 'finished'),
       coalesce(sum(progress.dockerfiles), 0),
       coalesce(sum(progress.met), 0),
       coalesce(sum(progress.verified), 0),
       coalesce(sum(progress.remaining), 0),
       coalesce(sum(progress.verify), 0),
       coalesce(sum(progress.unknown), 0),
       coalesce(sum(progress.waived), 0),
       coalesce(sum(progress.not_applicable), 0),
       $3::integer,
       coalesce(before.catalog_version, $4::text)
FROM organization
LEFT JOIN LATERAL (
    SELECT last.catalog_version
    FROM (
        SELECT day, rule_version, catalog_version
        FROM organization_day
        WHERE organization_id = $1 AND day < $2 AND NOT is_reconstructed
        ORDER BY day DESC
        LIMIT 1
    ) AS last
    WHERE last.rule_version = $3
      AND (last.catalog_version = $4 OR NOT EXISTS (
          SELECT FROM change_line
          WHERE change_line.organization_id = $1
            AND change_line.cause = 'catalog'
            AND change_line.changed_at >= (last.day + 1)::timestamp AT TIME ZONE 'UTC'
      ))
) AS before ON true
LEFT JOIN repository USING (organization_id)
LEFT JOIN repository_progress AS progress USING (repository_id)
WHERE organization.organization_id = $1
GROUP BY organization.organization_id, before.catalog_version
ON CONFLICT (organization_id, day) DO UPDATE
SET repositories = excluded.repositories,
    repositories_finished = excluded.repositories_finished,
    dockerfiles = excluded.dockerfiles,
    met = excluded.met,
    verified = excluded.verified,
    remaining = excluded.remaining,
    verify = excluded.verify,
    unknown = excluded.unknown,
    waived = excluded.waived,
    not_applicable = excluded.not_applicable,
    rule_version = excluded.rule_version,
    catalog_version = excluded.catalog_version
