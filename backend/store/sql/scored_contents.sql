-- Contents of the organization's ($1) Dockerfiles in scope with what their reports say now,
-- behind the report $2 and the policy $3; at most $4.
SELECT report.report_id,
       held.policy,
       held.dockerfiles AS "dockerfiles!",
       report.file_kind,
       blob.content,
       ARRAY(
           SELECT outcome.value ->> 'verdict'
           FROM jsonb_array_elements(report.body -> 'outcomes')
               WITH ORDINALITY AS outcome (value, place)
           ORDER BY outcome.place
       ) AS "verdicts!"
FROM (
    SELECT dockerfile.report_id, repository.policy, count(*) AS dockerfiles
    FROM repository
    JOIN dockerfile USING (repository_id)
    WHERE repository.organization_id = $1
      AND repository.excluded_by IS NULL
      AND dockerfile.excluded_by IS NULL
      AND dockerfile.removed_at IS NULL
      AND dockerfile.report_id IS NOT NULL
      AND (dockerfile.report_id, repository.policy) > ($2, $3)
    GROUP BY dockerfile.report_id, repository.policy
    ORDER BY dockerfile.report_id, repository.policy
    LIMIT $4
) AS held
JOIN report USING (report_id)
JOIN blob USING (blob_sha)
ORDER BY held.report_id, held.policy
