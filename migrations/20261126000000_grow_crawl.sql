-- What the crawl needs to run for years: repositories named by webhooks, history before
-- us, one budget shared by all processes, and a word for why a repository is gone.

ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check
    CHECK (kind IN ('full-crawl', 'listing-crawl', 'touched-crawl', 'history'));
ALTER TABLE job DROP CONSTRAINT job_trigger_check;
ALTER TABLE job ADD CONSTRAINT job_trigger_check
    CHECK (trigger IN ('schedule', 'person', 'command', 'first', 'webhook'));
-- History is read beside the crawls of an organization: it may sleep for an hour.
DROP INDEX job_running_key;
CREATE UNIQUE INDEX job_running_key ON job (organization_id, (kind = 'history'))
    WHERE state = 'running';
-- The advisory lock that the worker of a running job holds while its process lives.
ALTER TABLE job ADD COLUMN life bigint;
CREATE INDEX job_failed_idx ON job (organization_id, kind, ended_at DESC) WHERE state = 'failed';

-- A crawl that is forgotten looks for its job.
CREATE INDEX job_crawl_id_idx ON job (crawl_id);

ALTER TABLE crawl DROP CONSTRAINT crawl_kind_check;
ALTER TABLE crawl ADD CONSTRAINT crawl_kind_check CHECK (kind IN ('full', 'listing', 'touched'));
ALTER TABLE crawl DROP CONSTRAINT crawl_trigger_check;
ALTER TABLE crawl ADD CONSTRAINT crawl_trigger_check
    CHECK (trigger IN ('schedule', 'person', 'command', 'first', 'webhook'));
ALTER TABLE crawl
    -- What a running crawl waits for, in words, and until when; null while it works.
    ADD COLUMN waiting_for text,
    ADD COLUMN waiting_until timestamptz,
    -- What GitHub last said is left of the two budgets, and when they come back.
    ADD COLUMN rest_left integer,
    ADD COLUMN graphql_left integer,
    ADD COLUMN budget_resets_at timestamptz;

-- GitHub's global id: an organization that was renamed is found by it.
ALTER TABLE organization ADD COLUMN node_id text;

ALTER TABLE repository
    -- Why it is gone, in words; null while it is there.
    ADD COLUMN gone_reason text,
    -- Has a link with a container file's name: read anew from its whole tree.
    ADD COLUMN has_links boolean NOT NULL DEFAULT false;

-- A fork that nobody changed has the tree of its origin.
CREATE INDEX repository_tree_sha_idx ON repository (tree_sha);

-- Repositories that a webhook or a person named, to be looked at soon. The row says
-- nothing about them but that: GitHub is asked what is so.
CREATE TABLE touched_repository (
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    -- GitHub's database id; the repository may not be known yet.
    repository_id bigint NOT NULL,
    name text NOT NULL,
    -- Why it may be gone, where the delivery says so.
    gone_reason text,
    touched_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, repository_id)
);

-- Webhook deliveries by GitHub's own id, so that a repeated one is done once.
CREATE TABLE delivery (
    delivery_id text PRIMARY KEY,
    event text NOT NULL,
    action text,
    received_at timestamptz NOT NULL
);
CREATE INDEX delivery_received_at_idx ON delivery (received_at);

-- What is known of the budget behind a credential, shared by all processes: what is
-- left, until when nothing may be asked, which batch sizes went well. The text is
-- `github`'s own.
CREATE TABLE budget (
    identity text PRIMARY KEY,
    state text NOT NULL,
    saved_at timestamptz NOT NULL
);
