-- Writes the days $1 of repositories.
INSERT INTO repository_day (
    repository_id, day, met, verified, remaining, verify, unknown, waived, not_applicable,
    done, to_verify, open
)
SELECT repository_id, day, met, verified, remaining, verify, unknown, waived, not_applicable,
       done, to_verify, open
FROM jsonb_populate_recordset(null::repository_day, $1)
