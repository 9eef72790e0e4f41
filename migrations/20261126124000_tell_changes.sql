-- Changes of verdicts in scope as the page of changes tells them. Only what commits did is
-- gained or lost; a change of our rules, of the catalogue or of settings is `ours`.
CREATE VIEW change_line AS
SELECT verdict_change.verdict_change_id,
       verdict_change.dockerfile_id,
       verdict_change.item,
       verdict_change.from_verdict,
       verdict_change.to_verdict,
       verdict_change.cause,
       verdict_change.commit_sha,
       verdict_change.changed_at,
       repository.organization_id,
       repository.name AS repository,
       dockerfile.path,
       coalesce(dockerfile.owner, repository.team) AS team,
       CASE
           WHEN verdict_change.cause = 'decision' THEN 'decision'
           WHEN verdict_change.cause IN ('rules', 'catalog', 'policy') THEN 'ours'
           WHEN verdict_change.to_verdict IS NULL THEN 'removed'
           WHEN verdict_change.from_verdict IS NULL THEN 'new'
           WHEN verdict_change.to_verdict = 'met' THEN 'gained'
           WHEN verdict_change.from_verdict = 'met' AND verdict_change.to_verdict <> 'not-applicable'
               THEN 'lost'
           ELSE 'moved'
       END AS kind
FROM verdict_change
JOIN dockerfile USING (dockerfile_id)
JOIN repository USING (repository_id)
WHERE dockerfile.excluded_by IS NULL AND repository.excluded_by IS NULL;
