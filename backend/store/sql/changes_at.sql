-- The changes at the keys ($1, $2, $3) that a choice lets through: kind $4 (none: all but
-- `ours`), item $5; newest first.
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
FROM unnest($1::timestamptz[], $2::bigint[], $3::text[]) AS asked (changed_at, dockerfile_id, cause)
JOIN change_line AS line USING (changed_at, dockerfile_id, cause)
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
WHERE CASE WHEN $4::text IS NULL THEN line.kind <> 'ours' ELSE line.kind = $4 END
  AND ($5::text IS NULL OR line.item = $5)
ORDER BY line.changed_at DESC, line.dockerfile_id DESC, line.cause COLLATE "C" DESC,
         line.verdict_change_id
