-- Writes the crawls $1 of the organization $2.
INSERT INTO crawl (
    crawl_id, organization_id, kind, trigger, state, started_at, ended_at, failure,
    repositories_listed, repositories_to_read, repositories_read, repositories_unchanged,
    repositories_failed, dockerfiles, blobs_fetched, rest_requests, graphql_requests, graphql_points
)
OVERRIDING SYSTEM VALUE
SELECT crawl_id, $2::bigint, kind, trigger, state, started_at, ended_at, failure,
       repositories_listed, repositories_to_read, repositories_read, repositories_unchanged,
       repositories_failed, dockerfiles, blobs_fetched, rest_requests, graphql_requests, graphql_points
FROM jsonb_populate_recordset(null::crawl, $1)
