-- Saves the reports $1 of the rules $2 and the catalogue $3 with their findings and
-- base images. Findings and bases are written only beside a report that is new.
WITH given AS (
    SELECT DISTINCT ON (blob_sha, file_kind, policy)
           blob_sha, file_kind, policy, file_state, uses_dhi, body, findings, bases
    FROM jsonb_to_recordset($1) AS given (
        blob_sha text, file_kind text, policy text, file_state text, uses_dhi boolean,
        body jsonb, findings jsonb, bases jsonb
    )
),
saved AS (
    INSERT INTO report
        (blob_sha, file_kind, rule_version, catalog_version, policy, file_state, uses_dhi, body,
         scored_at)
    SELECT blob_sha, file_kind, $2::integer, $3::text, policy, file_state, uses_dhi, body, $4::timestamptz
    FROM given
    ORDER BY blob_sha, file_kind, policy
    ON CONFLICT ON CONSTRAINT report_blob_sha_key DO NOTHING
    RETURNING report_id, blob_sha, file_kind, policy
),
finding_saved AS (
    INSERT INTO finding
        (report_id, item, ordinal, code, verdict, first_line, last_line, message, fix)
    SELECT saved.report_id, finding.item, finding.ordinal, finding.code, finding.verdict,
           finding.first_line, finding.last_line, finding.message, finding.fix
    FROM saved
    JOIN given USING (blob_sha, file_kind, policy)
    CROSS JOIN jsonb_to_recordset(given.findings) AS finding (
        item text, ordinal smallint, code text, verdict text,
        first_line integer, last_line integer, message text, fix text
    )
)
INSERT INTO base_use
    (report_id, ordinal, role, reference, image, hardened, suggestion_kind, suggestion)
SELECT saved.report_id, base.ordinal, base.role, base.reference, base.image, base.hardened,
       base.suggestion_kind, base.suggestion
FROM saved
JOIN given USING (blob_sha, file_kind, policy)
CROSS JOIN jsonb_to_recordset(given.bases) AS base (
    ordinal smallint, role text, reference text, image text, hardened boolean,
    suggestion_kind text, suggestion text
)
