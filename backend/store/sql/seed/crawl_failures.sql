-- Writes what failed in crawls, $1.
INSERT INTO crawl_failure (crawl_id, repository_id, reason)
SELECT crawl_id, repository_id, reason
FROM jsonb_populate_recordset(null::crawl_failure, $1)
