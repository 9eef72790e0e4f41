-- Where organization $1 stands (every one where $1 is null); lately is since $2.
SELECT line.organization_id AS "organization_id!",
       count(*) FILTER (WHERE line.is_counted) AS "repositories!",
       count(*) FILTER (WHERE line.state = 'finished') AS "finished!",
       count(*) FILTER (WHERE line.state = 'finished' AND line.finished_at >= $2)
           AS "finished_lately!",
       count(*) FILTER (WHERE line.has_slipped_back) AS "slipped_back!",
       count(*) FILTER (WHERE line.is_counted AND changed.repository_id IS NOT NULL)
           AS "changed_lately!",
       count(*) FILTER (WHERE line.is_counted AND line.items_left = 1) AS "quick_wins!",
       count(*) FILTER (WHERE line.is_counted AND line.unreadable_reason IS NOT NULL)
           AS "unreadable!",
       count(*) FILTER (WHERE line.state = 'out-of-scope') AS "out_of_scope!",
       count(*) FILTER (WHERE line.state = 'no-dockerfile') AS "no_dockerfile!",
       coalesce(sum(line.dockerfiles) FILTER (WHERE line.is_counted), 0) AS "dockerfiles!",
       coalesce(sum(line.met) FILTER (WHERE line.is_counted), 0) AS "met!",
       coalesce(sum(line.verified) FILTER (WHERE line.is_counted), 0) AS "verified!",
       coalesce(sum(line.waived) FILTER (WHERE line.is_counted), 0) AS "waived!",
       coalesce(sum(line.verify) FILTER (WHERE line.is_counted), 0) AS "verify!",
       coalesce(sum(line.unknown) FILTER (WHERE line.is_counted), 0) AS "unknown!",
       coalesce(sum(line.remaining) FILTER (WHERE line.is_counted), 0) AS "remaining!",
       coalesce(sum(line.not_applicable) FILTER (WHERE line.is_counted), 0) AS "not_applicable!"
FROM repository_line AS line
LEFT JOIN (
    SELECT DISTINCT dockerfile.repository_id
    FROM verdict_change
    JOIN dockerfile USING (dockerfile_id)
    WHERE verdict_change.changed_at >= $2 AND verdict_change.cause IN ('commit', 'removed')
) AS changed USING (repository_id)
WHERE $1::bigint IS NULL OR line.organization_id = $1
GROUP BY line.organization_id
