-- What the dashboard needs: people's decisions, owners from CODEOWNERS, scope that an
-- organization or a repository sets, campaigns, saved views, and a revision by which pages
-- know that nothing changed.

ALTER TABLE organization
    -- Grows with every change of what its pages show.
    ADD COLUMN revision bigint NOT NULL DEFAULT 0,
    -- The custom property whose value names a repository's team; null: none is asked for.
    ADD COLUMN team_property text,
    -- Prefixes of references that are hardened images, as `registry.acme.example/dhi/`.
    ADD COLUMN hardened_prefixes text[] NOT NULL DEFAULT '{}',
    -- What stays in scope although it is left out by default.
    ADD COLUMN counts_archived boolean NOT NULL DEFAULT false,
    ADD COLUMN counts_forks boolean NOT NULL DEFAULT false,
    ADD COLUMN counts_templates boolean NOT NULL DEFAULT false,
    -- Default path rules, as globs, that are switched off.
    ADD COLUMN scope_defaults_off text[] NOT NULL DEFAULT '{}';

-- Path globs that leave Dockerfiles of an organization out, beside the defaults.
CREATE TABLE scope_rule (
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    glob text NOT NULL,
    PRIMARY KEY (organization_id, glob)
);

-- Whose the repositories are that nothing else says it of: the first glob on the
-- repository's name that fits.
CREATE TABLE team_rule (
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    ordinal integer NOT NULL,
    glob text NOT NULL,
    team text NOT NULL,
    PRIMARY KEY (organization_id, ordinal)
);

ALTER TABLE repository
    -- The value of the organization's team property.
    ADD COLUMN property_team text,
    -- Where `team` comes from; null where there is none.
    ADD COLUMN team_source text
        CONSTRAINT repository_team_source_check CHECK (team_source IN ('property', 'topic', 'rule')),
    -- What its reports are scored with beside rules and catalogue: the organization's
    -- hardened prefixes and its own final target, in one canonical text; empty: nothing.
    ADD COLUMN policy text NOT NULL DEFAULT '',
    -- Newest change of a verdict by a commit.
    ADD COLUMN changed_at timestamptz;
UPDATE repository SET team_source = 'topic' WHERE team IS NOT NULL;
UPDATE repository
SET changed_at = change.at
FROM (
    SELECT dockerfile.repository_id, max(verdict_change.changed_at) AS at
    FROM verdict_change
    JOIN dockerfile USING (dockerfile_id)
    WHERE verdict_change.cause IN ('commit', 'removed')
    GROUP BY dockerfile.repository_id
) AS change
WHERE change.repository_id = repository.repository_id;

-- CODEOWNERS and .drydock.yml, as they were read last.
CREATE TABLE settings_file (
    repository_id bigint NOT NULL REFERENCES repository ON DELETE CASCADE,
    path text NOT NULL,
    kind text NOT NULL,
    blob_sha text REFERENCES blob,
    unread_reason text,
    PRIMARY KEY (repository_id, path),
    CONSTRAINT settings_file_kind_check CHECK (kind IN ('codeowners', 'drydock'))
);

-- What a repository's .drydock.yml says, waivers apart.
CREATE TABLE repository_settings (
    repository_id bigint PRIMARY KEY REFERENCES repository ON DELETE CASCADE,
    -- Path globs left out of scope, and such that are in whatever else leaves them out.
    exclude text[] NOT NULL DEFAULT '{}',
    include text[] NOT NULL DEFAULT '{}',
    final_target text,
    -- [{"line": 3, "message": "…"}]
    errors jsonb NOT NULL DEFAULT '[]'
);

ALTER TABLE report
    ADD COLUMN policy text NOT NULL DEFAULT '',
    DROP CONSTRAINT report_blob_sha_key;
ALTER TABLE report ADD CONSTRAINT report_blob_sha_key
    UNIQUE (blob_sha, file_kind, rule_version, catalog_version, policy);

-- By CODEOWNERS for its path: a team's name, or @user; null: nobody.
ALTER TABLE dockerfile ADD COLUMN owner text;

-- What a person decided about an item of a Dockerfile.
CREATE TABLE decision (
    decision_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dockerfile_id bigint NOT NULL REFERENCES dockerfile ON DELETE CASCADE,
    item text NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    decided_by text NOT NULL,
    -- Given on a page, or by the repository's .drydock.yml.
    source text NOT NULL,
    -- A digest of the codes and lines that it speaks about: when they change it ends.
    evidence text NOT NULL,
    -- The rule that is disputed: the code of the item's first finding.
    code text,
    -- The last day on which it holds.
    expires_on date,
    decided_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    CONSTRAINT decision_kind_check CHECK (kind IN ('verified', 'waived', 'disputed')),
    CONSTRAINT decision_source_check CHECK (source IN ('person', 'file')),
    CONSTRAINT decision_end_reason_check CHECK
        (end_reason IN ('withdrawn', 'replaced', 'expired', 'evidence-changed', 'removed')),
    CONSTRAINT decision_ended_check CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
-- One that settles and one that disputes may stand beside each other.
CREATE UNIQUE INDEX decision_standing_key ON decision (dockerfile_id, item, (kind = 'disputed'))
    WHERE ended_at IS NULL;
CREATE INDEX decision_dockerfile_id_idx ON decision (dockerfile_id, decided_at);
CREATE INDEX decision_expires_on_idx ON decision (expires_on) WHERE ended_at IS NULL;

-- What a standing decision makes of the engine's verdict.
ALTER TABLE dockerfile_item ADD COLUMN decision text
    CONSTRAINT dockerfile_item_decision_check CHECK (decision IN ('verified', 'waived'));

ALTER TABLE verdict_change DROP CONSTRAINT verdict_change_cause_check;
ALTER TABLE verdict_change ADD CONSTRAINT verdict_change_cause_check
    CHECK (cause IN ('first-sight', 'commit', 'removed', 'rules', 'catalog', 'decision', 'policy'));

-- `verify` and `waived` below are without each other: a verified item is no more to verify.
ALTER TABLE repository_item
    ADD COLUMN verified integer NOT NULL DEFAULT 0, ADD COLUMN waived integer NOT NULL DEFAULT 0;
ALTER TABLE repository_progress
    ADD COLUMN verified integer NOT NULL DEFAULT 0, ADD COLUMN waived integer NOT NULL DEFAULT 0;
ALTER TABLE repository_day
    ADD COLUMN verified integer NOT NULL DEFAULT 0, ADD COLUMN waived integer NOT NULL DEFAULT 0,
    -- Per item in the checklist's order: met or verified, to verify, remaining or unknown.
    -- Empty for days before these were counted, and where nothing is in scope.
    ADD COLUMN done integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN to_verify integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN open integer[] NOT NULL DEFAULT '{}';
ALTER TABLE organization_day
    ADD COLUMN verified integer NOT NULL DEFAULT 0, ADD COLUMN waived integer NOT NULL DEFAULT 0;

-- What somebody wants to be done by a day: a filter of the repositories, and items.
CREATE TABLE campaign (
    campaign_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    name text NOT NULL,
    -- The query of the repositories' table; empty: all of them.
    filter text NOT NULL DEFAULT '',
    -- Items that count; empty: all eight.
    items text[] NOT NULL DEFAULT '{}',
    target_on date NOT NULL,
    owner text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX campaign_organization_id_name_key ON campaign (organization_id, lower(name))
    WHERE ended_at IS NULL;

-- An address that somebody gave a name.
CREATE TABLE saved_view (
    saved_view_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
    name text NOT NULL,
    -- Which table: repositories or dockerfiles.
    page text NOT NULL,
    query text NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT saved_view_page_check CHECK (page IN ('repositories', 'dockerfiles'))
);
CREATE UNIQUE INDEX saved_view_organization_id_name_key ON saved_view (organization_id, page, lower(name));

-- The eight items in the checklist's order as a letter each, decisions included: (m)et,
-- verifie(d), (v)erify, (u)nknown, (r)emaining, (w)aived, (n)ot applicable. Kept with
-- `dockerfile_item`, so that a whole organization is read without opening eight rows a file.
ALTER TABLE dockerfile ADD COLUMN outcomes text
    CONSTRAINT dockerfile_outcomes_check CHECK (outcomes ~ '^[mdvurwn]{8}$');
UPDATE dockerfile
SET outcomes = each.letters
FROM (
    SELECT dockerfile_id,
           string_agg(left(verdict, 1), '' ORDER BY array_position(ARRAY[
               'base-image', 'package-management', 'non-root-user', 'multi-stage-build',
               'tls-certificates', 'ports', 'entry-point', 'no-shell'], item)) AS letters
    FROM dockerfile_item
    GROUP BY dockerfile_id
    HAVING count(*) = 8
) AS each
WHERE each.dockerfile_id = dockerfile.dockerfile_id;

CREATE OR REPLACE VIEW repository_line AS
SELECT repository.repository_id,
       repository.organization_id,
       repository.name,
       repository.visibility,
       repository.is_archived,
       repository.language,
       repository.team,
       repository.head_committed_at,
       repository.unreadable_reason,
       -- A repository that no crawl has summed yet has nothing done.
       coalesce(progress.state, CASE WHEN repository.excluded_by IS NULL
                                     THEN 'not-started' ELSE 'out-of-scope' END) AS state,
       -- In the count of repositories: everything but out of scope and no Dockerfile.
       coalesce(progress.state IN ('finished', 'in-progress', 'not-started'), false) AS is_counted,
       coalesce(progress.dockerfiles, 0) AS dockerfiles,
       coalesce(progress.met, 0) AS met,
       coalesce(progress.remaining, 0) AS remaining,
       coalesce(progress.verify, 0) AS verify,
       coalesce(progress.unknown, 0) AS unknown,
       coalesce(progress.not_applicable, 0) AS not_applicable,
       coalesce(progress.items_left, 0) AS items_left,
       progress.finished_at,
       progress.slipped_back_at,
       coalesce(progress.slipped_back_at IS NOT NULL
                AND progress.state IN ('in-progress', 'not-started'), false) AS has_slipped_back,
       coalesce(progress.verified, 0) AS verified,
       coalesce(progress.waived, 0) AS waived,
       repository.team_source,
       repository.changed_at
FROM repository
LEFT JOIN repository_progress AS progress USING (repository_id);
