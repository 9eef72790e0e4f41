-- Writes the saved views $1 of the organization $2.
INSERT INTO saved_view (organization_id, name, page, query, saved_at)
SELECT $2::bigint, name, page, query, saved_at
FROM jsonb_populate_recordset(null::saved_view, $1)
