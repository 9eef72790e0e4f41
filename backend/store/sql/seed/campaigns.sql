-- Writes the campaigns $1 of the organization $2.
INSERT INTO campaign (organization_id, name, filter, items, target_on, owner, created_at)
SELECT $2::bigint, name, filter, items, target_on, owner, created_at
FROM jsonb_populate_recordset(null::campaign, $1)
