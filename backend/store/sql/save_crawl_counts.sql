UPDATE crawl
SET repositories_listed = $2,
    repositories_to_read = $3,
    repositories_read = $4,
    repositories_unchanged = $5,
    repositories_failed = $6,
    dockerfiles = $7,
    blobs_fetched = $8,
    rest_requests = $9,
    graphql_requests = $10,
    graphql_points = $11
WHERE crawl_id = $1
