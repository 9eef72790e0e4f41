-- Who may come in: persons, what they came in with, what they may see, and what they did.
-- Of tokens only the SHA-256 is here; `sealed` is readable with the secret key alone.

CREATE TABLE person (
    person_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    method text NOT NULL,
    -- What the method calls them for good: GitHub's id, issuer and subject, the proxy's name,
    -- the name of a local account.
    subject text NOT NULL,
    -- What pages call them; may change with every sign-in.
    name text NOT NULL,
    role text NOT NULL,
    -- Argon2id in PHC's form.
    password_hash text,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz,
    disabled_at timestamptz,
    CONSTRAINT person_method_subject_key UNIQUE (method, subject),
    CONSTRAINT person_method_check CHECK (method IN ('github', 'oidc', 'proxy', 'local')),
    CONSTRAINT person_role_check CHECK (role IN ('viewer', 'editor', 'operator')),
    CONSTRAINT person_password_check CHECK ((method = 'local') = (password_hash IS NOT NULL))
);

CREATE TABLE session (
    session_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_sha256 bytea NOT NULL CONSTRAINT session_token_sha256_key UNIQUE,
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    -- Over at the earlier of both; each use moves the first.
    idle_until timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    address text NOT NULL,
    browser text NOT NULL,
    -- The person's own token at GitHub.
    sealed bytea
);
CREATE INDEX session_person_id_idx ON session (person_id, session_id);
CREATE INDEX session_over_idx ON session (least(idle_until, ends_at));

CREATE TABLE api_token (
    api_token_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_sha256 bytea NOT NULL CONSTRAINT api_token_token_sha256_key UNIQUE,
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    name text NOT NULL,
    scope text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_token_scope_check CHECK (scope IN ('read', 'write'))
);
CREATE INDEX api_token_person_id_idx ON api_token (person_id, api_token_id);
CREATE INDEX api_token_over_idx ON api_token (least(expires_at, revoked_at));

-- A browser that was sent away to sign in, until it comes back. Taken once.
CREATE TABLE sign_in_flow (
    state_sha256 bytea PRIMARY KEY,
    -- A cookie that only the browser which began has.
    browser_sha256 bytea NOT NULL,
    method text NOT NULL,
    -- {"verifier", "nonce"}
    sealed bytea NOT NULL,
    -- Of this place alone: one slash, then anything but another one.
    return_to text NOT NULL,
    source text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT sign_in_flow_method_check CHECK (method IN ('github', 'oidc')),
    CONSTRAINT sign_in_flow_return_to_check CHECK
        (return_to ~ '^/([^/\\[:cntrl:]][^\\[:cntrl:]]*)?$' AND length(return_to) <= 2000)
);
CREATE INDEX sign_in_flow_source_idx ON sign_in_flow (source, created_at);
CREATE INDEX sign_in_flow_created_at_idx ON sign_in_flow (created_at);

-- Who tried to come in a moment ago.
CREATE TABLE sign_in_attempt (
    sign_in_attempt_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Of the name that was typed, which may be a password in the wrong field.
    account_sha256 bytea NOT NULL,
    -- The address, or the network of an IPv6 address.
    source text NOT NULL,
    at timestamptz NOT NULL,
    succeeded boolean NOT NULL
);
CREATE INDEX sign_in_attempt_account_idx ON sign_in_attempt (account_sha256, at);
CREATE INDEX sign_in_attempt_source_idx ON sign_in_attempt (source, at);
CREATE INDEX sign_in_attempt_at_idx ON sign_in_attempt (at);

-- What GitHub lets a person read, as it said a few minutes ago.
CREATE TABLE sight (
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    repository_ids bigint[] NOT NULL,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, organization_id)
);
CREATE INDEX sight_asked_at_idx ON sight (asked_at);
CREATE INDEX sight_organization_id_idx ON sight (organization_id);

-- Who did what. Nothing refers to other tables: what is written here outlives them.
CREATE TABLE audit (
    audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    person_id bigint,
    actor text NOT NULL,
    action text NOT NULL,
    organization_id bigint,
    subject text NOT NULL,
    before jsonb,
    after jsonb,
    address text NOT NULL
);
CREATE INDEX audit_person_id_idx ON audit (person_id, audit_id);
CREATE INDEX audit_action_idx ON audit (action, audit_id);
CREATE INDEX audit_organization_id_idx ON audit (organization_id, audit_id);
CREATE INDEX audit_at_idx ON audit (at);

CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
