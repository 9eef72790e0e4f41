-- The catalogue of hardened images as it was read, and when it is read again. Without an
-- edition the facts hold that come with the program.

-- One row for each state of the catalogue; the last one is the present one.
CREATE TABLE catalog_edition (
    catalog_edition_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The name of its facts; the same facts have the same name.
    version text NOT NULL,
    -- The day up to which they were known to hold.
    day date NOT NULL,
    -- The repository and commit, or the file, that they were read from.
    source text NOT NULL,
    read_from text NOT NULL,
    -- The commit, where GitHub was asked.
    commit_sha text,
    saved_at timestamptz NOT NULL,
    -- The facts as `catalog` writes them, packed; null for those that are long past.
    content bytea,
    images integer NOT NULL,
    tags integer NOT NULL,
    -- What it brought since the one before; null for the first.
    images_new integer,
    images_gone integer,
    tags_new integer,
    tags_withdrawn integer,
    -- Files that were not understood, and the first of them: [{"path": , "reason": }].
    not_understood integer NOT NULL,
    misread jsonb NOT NULL,
    CONSTRAINT catalog_edition_read_from_check CHECK (read_from IN ('github', 'file'))
);

-- When GitHub was asked and is asked again: one row, for all processes together.
CREATE TABLE catalog_refresh (
    is_only boolean PRIMARY KEY DEFAULT true,
    -- When it was last found out what there is, and when that was last tried.
    looked_at timestamptz,
    tried_at timestamptz,
    -- Why the last attempt failed, and how many did in a row.
    failure text,
    failures integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    -- Who looks at this moment, and until when nobody else does.
    held_by text,
    lease_until timestamptz,
    CONSTRAINT catalog_refresh_is_only_check CHECK (is_only)
);
INSERT INTO catalog_refresh (next_at) VALUES ('epoch');

-- Brings stored verdicts to a new catalogue, beside no crawl of the organization.
ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check
    CHECK (kind IN ('full-crawl', 'listing-crawl', 'touched-crawl', 'history', 'rescore'));
