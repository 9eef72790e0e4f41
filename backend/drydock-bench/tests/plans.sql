-- Makes of a seeded database one of many organizations, and fills the tables that the seed leaves
-- empty, so that plans are those of a database that grew.
INSERT INTO organization (login, added_at)
SELECT 'other-' || number, now() FROM generate_series(1, 40) AS number;

UPDATE repository SET organization_id = 2 + repository_id % 40 WHERE repository_id % 5 < 3;

INSERT INTO organization_day
SELECT (jsonb_populate_record(
    past, jsonb_build_object('organization_id', other.organization_id))).*
FROM organization_day AS past
CROSS JOIN organization AS other
WHERE past.organization_id <> other.organization_id;

INSERT INTO crawl (organization_id, kind, trigger, state, started_at)
SELECT organization_id, 'listing', 'schedule', 'done', now() - number * interval '1 hour'
FROM organization CROSS JOIN generate_series(1, 500) AS number;

INSERT INTO delivery (delivery_id, event, received_at)
SELECT 'delivery-' || number, 'push', now() - number * interval '1 minute'
FROM generate_series(1, 20000) AS number;

INSERT INTO dockerfile_history (dockerfile_id, organization_id, file_kind, since, read_at)
SELECT dockerfile_id, organization_id, 'dockerfile', '2025-11-23', now()
FROM dockerfile JOIN repository USING (repository_id);

INSERT INTO dockerfile_version (dockerfile_id, day, commit_sha, is_there, blob_sha)
SELECT dockerfile_id, date '2025-11-23' + number, commit_sha, true, blob_sha
FROM dockerfile CROSS JOIN generate_series(1, 3) AS number;

INSERT INTO settings_file (repository_id, path, kind, blob_sha)
SELECT repository_id, 'CODEOWNERS' || number, 'codeowners', min(blob_sha)
FROM dockerfile CROSS JOIN generate_series(1, 3) AS number
GROUP BY repository_id, number;

INSERT INTO person (method, subject, name, role, created_at)
SELECT 'github', number, 'person-' || number, 'viewer', now() FROM generate_series(1, 500) AS number;

INSERT INTO session (token_sha256, person_id, created_at, last_used_at, idle_until, ends_at,
                     address, browser)
SELECT sha256(('session-' || person_id || '-' || number)::bytea), person_id, now(), now(),
       now() + number * interval '1 hour', now() + interval '7 days', '192.0.2.1', 'Firefox'
FROM person CROSS JOIN generate_series(1, 20) AS number;

INSERT INTO api_token (token_sha256, person_id, name, scope, created_at, expires_at)
SELECT sha256(('token-' || person_id || '-' || number)::bytea), person_id, 'export', 'read', now(),
       now() + number * interval '1 day'
FROM person CROSS JOIN generate_series(1, 20) AS number;

INSERT INTO sign_in_flow (state_sha256, browser_sha256, method, sealed, return_to, source, created_at)
SELECT sha256(('flow-' || number)::bytea), '', 'github', '', '/', 'source-' || number % 1000,
       now() - number * interval '0.1 second'
FROM generate_series(1, 10000) AS number;

INSERT INTO sign_in_attempt (account_sha256, source, at, succeeded)
SELECT sha256(('account-' || number % 1000)::bytea), 'source-' || number % 1000,
       now() - number * interval '0.1 second', false
FROM generate_series(1, 10000) AS number;

INSERT INTO audit (at, person_id, actor, action, organization_id, subject, address)
SELECT now() - number * interval '1 minute', number % 500, 'person', 'exported', 1 + number % 40,
       'repositories.csv', '192.0.2.1'
FROM generate_series(1, 20000) AS number;
