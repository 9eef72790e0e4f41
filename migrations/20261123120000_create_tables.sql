-- Drydock's first schema. Names, enums and arrows: backend/ARCHITECTURE.md.
-- Everything that came from GitHub is keyed by GitHub's own database id.

CREATE TABLE organization (
    organization_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- GitHub's database id; null until the first listing answered.
    github_id bigint CONSTRAINT organization_github_id_key UNIQUE,
    login text NOT NULL,
    is_sample boolean NOT NULL DEFAULT false,
    -- Cron expressions in the organization's own time zone.
    full_schedule text NOT NULL DEFAULT '0 3 * * *',
    listing_schedule text NOT NULL DEFAULT '*/10 * * * *',
    time_zone text NOT NULL DEFAULT 'UTC',
    target_on date,
    -- The newest `pushed_at` that a complete listing has seen.
    pushed_watermark timestamptz,
    added_at timestamptz NOT NULL,
    -- When a crawl last ended well: what "crawled 12 min ago" means.
    crawled_at timestamptz
);
CREATE UNIQUE INDEX organization_login_key ON organization (lower(login));

CREATE TABLE repository (
    -- GitHub's database id.
    repository_id bigint PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    name text NOT NULL,
    visibility text NOT NULL,
    is_archived boolean NOT NULL,
    is_fork boolean NOT NULL,
    is_template boolean NOT NULL,
    is_disabled boolean NOT NULL,
    is_empty boolean NOT NULL,
    language text,
    topics text[] NOT NULL DEFAULT '{}',
    -- Null while no owner is known.
    team text,
    default_branch text,
    pushed_at timestamptz,
    -- Head and root tree at the last complete reading; null until then.
    head_sha text,
    tree_sha text,
    head_committed_at timestamptz,
    -- Why it could not be read at the last attempt, in words; null if it could.
    unreadable_reason text,
    -- Why it is out of scope: archived, fork, template, gone; null if it is in.
    excluded_by text,
    first_crawled_at timestamptz,
    crawled_at timestamptz,
    gone_at timestamptz,
    CONSTRAINT repository_visibility_check CHECK (visibility IN ('public', 'private', 'internal')),
    CONSTRAINT repository_excluded_by_check
        CHECK (excluded_by IN ('archived', 'disabled', 'fork', 'template', 'gone'))
);
CREATE INDEX repository_organization_id_name_idx ON repository (organization_id, lower(name));

CREATE TABLE blob (
    blob_sha text PRIMARY KEY,
    byte_size integer NOT NULL,
    -- Null where the file is over the size limit of one megabyte.
    content bytea,
    fetched_at timestamptz NOT NULL
);

-- A blob scored once per rule version and catalogue version, whoever has it.
CREATE TABLE report (
    report_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    blob_sha text NOT NULL REFERENCES blob,
    -- By the file's name: a template's name makes every item unknown.
    file_kind text NOT NULL,
    rule_version integer NOT NULL,
    catalog_version text NOT NULL,
    file_state text NOT NULL,
    uses_dhi boolean NOT NULL,
    -- The whole `checklist::Report`, as the Dockerfile page shows it.
    body jsonb NOT NULL,
    scored_at timestamptz NOT NULL,
    CONSTRAINT report_blob_sha_key UNIQUE (blob_sha, file_kind, rule_version, catalog_version),
    CONSTRAINT report_file_kind_check CHECK (file_kind IN ('dockerfile', 'template')),
    CONSTRAINT report_file_state_check
        CHECK (file_state IN ('readable', 'template', 'windows', 'unreadable'))
);

CREATE TABLE finding (
    report_id bigint NOT NULL REFERENCES report ON DELETE CASCADE,
    item text NOT NULL,
    ordinal smallint NOT NULL,
    code text NOT NULL,
    verdict text NOT NULL,
    first_line integer,
    last_line integer,
    message text NOT NULL,
    fix text,
    PRIMARY KEY (report_id, item, ordinal)
);

-- One external image that a FROM of the file names.
CREATE TABLE base_use (
    report_id bigint NOT NULL REFERENCES report ON DELETE CASCADE,
    ordinal smallint NOT NULL,
    role text NOT NULL,
    reference text NOT NULL,
    image text NOT NULL,
    -- Null where a person must look.
    hardened boolean,
    -- use, already-hardened, none-exists, not-known
    suggestion_kind text NOT NULL,
    suggestion text,
    PRIMARY KEY (report_id, ordinal)
);
CREATE INDEX base_use_reference_idx ON base_use (reference);

CREATE TABLE dockerfile (
    dockerfile_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    repository_id bigint NOT NULL REFERENCES repository ON DELETE CASCADE,
    path text NOT NULL,
    -- Null where the content could not be had; then `unread_reason` says why.
    blob_sha text REFERENCES blob,
    report_id bigint REFERENCES report,
    unread_reason text,
    -- The default scope rule that leaves it out, as a path glob; null if it is in.
    excluded_by text,
    -- The head commit at which the present content was first seen.
    commit_sha text NOT NULL,
    committed_at timestamptz NOT NULL,
    first_seen_at timestamptz NOT NULL,
    removed_at timestamptz,
    CONSTRAINT dockerfile_repository_id_key UNIQUE (repository_id, path)
);
CREATE INDEX dockerfile_blob_sha_idx ON dockerfile (blob_sha);
CREATE INDEX dockerfile_report_id_idx ON dockerfile (report_id);

-- The present verdict of each item of each Dockerfile that is there (not removed),
-- in scope or not; eight rows a Dockerfile. An unread Dockerfile has eight `unknown`.
CREATE TABLE dockerfile_item (
    dockerfile_id bigint NOT NULL REFERENCES dockerfile ON DELETE CASCADE,
    item text NOT NULL,
    verdict text NOT NULL,
    settled_by text,
    -- Since when (commit time) it has this verdict.
    since timestamptz NOT NULL,
    PRIMARY KEY (dockerfile_id, item),
    CONSTRAINT dockerfile_item_verdict_check
        CHECK (verdict IN ('met', 'remaining', 'verify', 'unknown', 'not-applicable'))
);

-- Append only: every change of a verdict, with its cause.
CREATE TABLE verdict_change (
    verdict_change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dockerfile_id bigint NOT NULL REFERENCES dockerfile ON DELETE CASCADE,
    item text NOT NULL,
    -- Null: the Dockerfile was not there before, or is not there any more.
    from_verdict text,
    to_verdict text,
    cause text NOT NULL,
    commit_sha text,
    changed_at timestamptz NOT NULL,
    CONSTRAINT verdict_change_cause_check
        CHECK (cause IN ('first-sight', 'commit', 'removed', 'rules', 'catalog'))
);
CREATE INDEX verdict_change_dockerfile_id_idx ON verdict_change (dockerfile_id, changed_at);
CREATE INDEX verdict_change_changed_at_idx ON verdict_change (changed_at);

-- Per repository and item, over the Dockerfiles in scope; kept in the same
-- transaction as the rows it sums, so pages never add up the large tables.
CREATE TABLE repository_item (
    repository_id bigint NOT NULL REFERENCES repository ON DELETE CASCADE,
    item text NOT NULL,
    met integer NOT NULL,
    remaining integer NOT NULL,
    verify integer NOT NULL,
    unknown integer NOT NULL,
    not_applicable integer NOT NULL,
    PRIMARY KEY (repository_id, item)
);

-- One row a repository: what its line in the table shows. `state` follows
-- shared words: finished, in-progress, not-started, no-dockerfile, out-of-scope.
CREATE TABLE repository_progress (
    repository_id bigint PRIMARY KEY REFERENCES repository ON DELETE CASCADE,
    dockerfiles integer NOT NULL,
    dockerfiles_excluded integer NOT NULL,
    met integer NOT NULL,
    remaining integer NOT NULL,
    verify integer NOT NULL,
    unknown integer NOT NULL,
    not_applicable integer NOT NULL,
    -- Items (0 to 8) with anything remaining, to verify or unknown.
    items_left integer NOT NULL,
    state text NOT NULL,
    finished_at timestamptz,
    slipped_back_at timestamptz,
    CONSTRAINT repository_progress_state_check CHECK
        (state IN ('finished', 'in-progress', 'not-started', 'no-dockerfile', 'out-of-scope'))
);

-- Append on change: the repository's counts at the end of a day (UTC) on which they changed.
CREATE TABLE repository_day (
    repository_id bigint NOT NULL REFERENCES repository ON DELETE CASCADE,
    day date NOT NULL,
    met integer NOT NULL,
    remaining integer NOT NULL,
    verify integer NOT NULL,
    unknown integer NOT NULL,
    not_applicable integer NOT NULL,
    PRIMARY KEY (repository_id, day)
);

-- The organization's counts at the end of a day (UTC) on which a crawl ended.
CREATE TABLE organization_day (
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    day date NOT NULL,
    repositories integer NOT NULL,
    repositories_finished integer NOT NULL,
    dockerfiles integer NOT NULL,
    met integer NOT NULL,
    remaining integer NOT NULL,
    verify integer NOT NULL,
    unknown integer NOT NULL,
    not_applicable integer NOT NULL,
    rule_version integer NOT NULL,
    catalog_version text NOT NULL,
    PRIMARY KEY (organization_id, day)
);

CREATE TABLE crawl (
    crawl_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    -- full: every page of the listing. listing: stops at the watermark.
    kind text NOT NULL,
    trigger text NOT NULL,
    state text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- In words, where state is failed.
    failure text,
    repositories_listed integer NOT NULL DEFAULT 0,
    -- Those that changed and had to be read, and how many of them are done.
    repositories_to_read integer NOT NULL DEFAULT 0,
    repositories_read integer NOT NULL DEFAULT 0,
    repositories_unchanged integer NOT NULL DEFAULT 0,
    repositories_failed integer NOT NULL DEFAULT 0,
    dockerfiles integer NOT NULL DEFAULT 0,
    blobs_fetched integer NOT NULL DEFAULT 0,
    rest_requests integer NOT NULL DEFAULT 0,
    graphql_requests integer NOT NULL DEFAULT 0,
    graphql_points integer NOT NULL DEFAULT 0,
    CONSTRAINT crawl_kind_check CHECK (kind IN ('full', 'listing')),
    CONSTRAINT crawl_trigger_check CHECK (trigger IN ('schedule', 'person', 'command', 'first')),
    CONSTRAINT crawl_state_check CHECK (state IN ('running', 'done', 'failed'))
);
CREATE INDEX crawl_organization_id_started_at_idx ON crawl (organization_id, started_at DESC);

CREATE TABLE crawl_failure (
    crawl_id bigint NOT NULL REFERENCES crawl ON DELETE CASCADE,
    -- In the order in which they were noted.
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    -- Null where the failure is not of one repository.
    repository_id bigint REFERENCES repository ON DELETE CASCADE,
    path text,
    reason text NOT NULL,
    PRIMARY KEY (crawl_id, ordinal)
);

-- Background work. Claimed with FOR UPDATE SKIP LOCKED, leased with a heartbeat.
CREATE TABLE job (
    job_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    trigger text NOT NULL,
    state text NOT NULL,
    -- Lower runs first: a person's wish before the schedule.
    priority smallint NOT NULL,
    run_at timestamptz NOT NULL,
    attempt smallint NOT NULL DEFAULT 0,
    max_attempts smallint NOT NULL DEFAULT 5,
    locked_by text,
    lease_until timestamptz,
    crawl_id bigint REFERENCES crawl ON DELETE SET NULL,
    last_error text,
    enqueued_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT job_kind_check CHECK (kind IN ('full-crawl', 'listing-crawl')),
    CONSTRAINT job_trigger_check CHECK (trigger IN ('schedule', 'person', 'command', 'first')),
    CONSTRAINT job_state_check CHECK (state IN ('queued', 'running', 'done', 'failed'))
);
CREATE UNIQUE INDEX job_queued_key ON job (organization_id, kind) WHERE state = 'queued';
-- Two processes never crawl the same organization at once.
CREATE UNIQUE INDEX job_running_key ON job (organization_id) WHERE state = 'running';
CREATE INDEX job_run_at_idx ON job (priority, run_at) WHERE state = 'queued';

-- When each schedule last fell due, so that a missed run is caught up once.
CREATE TABLE schedule_run (
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    kind text NOT NULL,
    next_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, kind)
);
