-- Writes the days $1 of the organization $2.
INSERT INTO organization_day (
    organization_id, day, repositories, repositories_finished, dockerfiles, met, verified, remaining,
    verify, unknown, waived, not_applicable, rule_version, catalog_version
)
SELECT $2::bigint, day, repositories, repositories_finished, dockerfiles, met, verified, remaining,
       verify, unknown, waived, not_applicable, rule_version, catalog_version
FROM jsonb_populate_recordset(null::organization_day, $1)
