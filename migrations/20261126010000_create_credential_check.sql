-- What was last found out about the credential that an organization is crawled with.
CREATE TABLE credential_check (
    organization_id bigint PRIMARY KEY REFERENCES organization ON DELETE CASCADE,
    checked_at timestamptz NOT NULL,
    -- Lists of sentences: what it is good for, and what somebody should do.
    sentences jsonb NOT NULL,
    warnings jsonb NOT NULL,
    -- When it ends; null if it does not, or is renewed by itself.
    expires_at timestamptz
);
