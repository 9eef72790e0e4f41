-- The newest changes of an organization $1 since $2 that a choice lets through: kind $3 (none:
-- all but `ours`), item $4, team $5 ('' is no owner), below the key ($6, $7, $8); at most $9.
SELECT line.dockerfile_id AS "dockerfile_id!",
       line.item AS "item!",
       line.from_verdict,
       line.to_verdict,
       line.cause AS "cause!",
       line.kind AS "kind!",
       line.commit_sha,
       line.changed_at AS "changed_at!",
       line.repository AS "repository!",
       line.path AS "path!",
       line.team,
       decision.decided_by AS "decided_by?",
       decision.reason AS "reason?",
       decision.source AS "source?",
       decision.end_reason AS "end_reason?"
FROM change_line AS line
LEFT JOIN LATERAL (
    SELECT decision.decided_by, decision.reason, decision.source, decision.end_reason
    FROM decision
    WHERE line.cause = 'decision'
      AND decision.dockerfile_id = line.dockerfile_id
      AND decision.item = line.item
      AND decision.kind <> 'disputed'
      AND decision.decided_at <= line.changed_at
    ORDER BY decision.decided_at DESC, decision.decision_id DESC
    LIMIT 1
) AS decision ON true
WHERE line.organization_id = $1
  AND line.changed_at >= $2
  AND line.changed_at <= $6
  AND (line.changed_at, line.dockerfile_id, line.cause COLLATE "C") < ($6, $7::bigint, $8::text COLLATE "C")
  AND CASE WHEN $3::text IS NULL THEN line.kind <> 'ours' ELSE line.kind = $3 END
  AND ($4::text IS NULL OR line.item = $4)
  AND ($5::text IS NULL OR coalesce(line.team, '') = $5)
ORDER BY line.changed_at DESC, line.dockerfile_id DESC, line.cause COLLATE "C" DESC,
         line.verdict_change_id
LIMIT $9
