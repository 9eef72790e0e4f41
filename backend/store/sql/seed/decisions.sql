-- Writes the decisions $1.
INSERT INTO decision (
    dockerfile_id, item, kind, reason, decided_by, source, evidence, code, expires_on, decided_at,
    ended_at, end_reason
)
SELECT dockerfile_id, item, kind, reason, decided_by, source, evidence, code, expires_on, decided_at,
       ended_at, end_reason
FROM jsonb_populate_recordset(null::decision, $1)
