-- What became of items, decisions included, that is not what the newest change tells.
SELECT count(*) AS "wrong!"
FROM dockerfile_item AS kept
LEFT JOIN LATERAL (
    SELECT to_verdict
    FROM verdict_change
    WHERE verdict_change.dockerfile_id = kept.dockerfile_id
      AND verdict_change.item = kept.item
    ORDER BY changed_at DESC, verdict_change_id DESC
    LIMIT 1
) AS last ON true
WHERE last.to_verdict IS DISTINCT FROM coalesce(kept.decision, kept.verdict)
