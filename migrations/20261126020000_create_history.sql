-- The past before the first crawl, from the commits that touched each Dockerfile.

ALTER TABLE repository_day
    -- Reckoned from commits, not seen by a crawl.
    ADD COLUMN is_reconstructed boolean NOT NULL DEFAULT false;
ALTER TABLE organization_day
    ADD COLUMN is_reconstructed boolean NOT NULL DEFAULT false;

-- The Dockerfiles whose past was read, once and for all: those that the first reading of
-- their repository found. Later ones have no past before the crawls.
CREATE TABLE dockerfile_history (
    dockerfile_id bigint PRIMARY KEY REFERENCES dockerfile ON DELETE CASCADE,
    -- To whose past it belongs, wherever its repository goes later.
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    file_kind text NOT NULL,
    since date NOT NULL,
    read_at timestamptz NOT NULL,
    -- Why its past could not be had, in words; then there are no versions.
    failure text,
    CONSTRAINT dockerfile_history_file_kind_check CHECK (file_kind IN ('dockerfile', 'template'))
);
CREATE INDEX dockerfile_history_organization_id_idx ON dockerfile_history (organization_id);

-- What stood at a Dockerfile's path at the end of a day (UTC) on which commits touched it.
-- The first one may be older than the beginning: it is what stood there then.
CREATE TABLE dockerfile_version (
    dockerfile_id bigint NOT NULL REFERENCES dockerfile_history ON DELETE CASCADE,
    day date NOT NULL,
    commit_sha text NOT NULL,
    -- Whether anything stood there.
    is_there boolean NOT NULL,
    -- Null where nothing stood there, or nothing that can be read.
    blob_sha text,
    PRIMARY KEY (dockerfile_id, day)
);

-- By which rules and catalogue an organization's past was last reckoned.
CREATE TABLE organization_history (
    organization_id bigint PRIMARY KEY REFERENCES organization ON DELETE CASCADE,
    rule_version integer NOT NULL,
    catalog_version text NOT NULL,
    reckoned_at timestamptz NOT NULL
);
