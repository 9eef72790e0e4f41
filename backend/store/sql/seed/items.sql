-- Writes the present verdicts $1.
INSERT INTO dockerfile_item (dockerfile_id, item, verdict, settled_by, since, decision)
SELECT dockerfile_id, item, verdict, settled_by, since, decision
FROM jsonb_populate_recordset(null::dockerfile_item, $1)
