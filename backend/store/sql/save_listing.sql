-- Upserts the repositories of one page of the listing ($2) of an organization ($1);
-- returns those that were not there or said something else before.
INSERT INTO repository AS known (
    repository_id, organization_id, name, visibility,
    is_archived, is_fork, is_template, is_disabled, is_empty,
    language, topics, team, team_source, default_branch, pushed_at, excluded_by
)
SELECT DISTINCT ON (listed.repository_id)
       listed.repository_id,
       $1::bigint,
       listed.name,
       listed.visibility,
       listed.is_archived,
       listed.is_fork,
       listed.is_template,
       listed.is_disabled,
       listed.is_empty,
       listed.language,
       listed.topics,
       listed.settled_team,
       listed.team_source,
       listed.default_branch,
       listed.pushed_at,
       listed.excluded_by
FROM jsonb_to_recordset($2) AS listed (
    repository_id bigint, name text, visibility text,
    is_archived boolean, is_fork boolean, is_template boolean, is_disabled boolean, is_empty boolean,
    language text, topics text[], settled_team text, team_source text, default_branch text,
    pushed_at timestamptz, excluded_by text
)
-- In one order everywhere, so that two writers never wait for each other in a circle.
ORDER BY listed.repository_id
ON CONFLICT (repository_id) DO UPDATE
SET organization_id = excluded.organization_id,
    name = excluded.name,
    visibility = excluded.visibility,
    is_archived = excluded.is_archived,
    is_fork = excluded.is_fork,
    is_template = excluded.is_template,
    is_disabled = excluded.is_disabled,
    is_empty = excluded.is_empty,
    language = excluded.language,
    topics = excluded.topics,
    team = excluded.team,
    team_source = excluded.team_source,
    default_branch = excluded.default_branch,
    pushed_at = excluded.pushed_at,
    excluded_by = excluded.excluded_by,
    gone_at = NULL,
    gone_reason = NULL
WHERE known.gone_at IS NOT NULL
   OR (known.organization_id, known.name, known.visibility, known.is_archived, known.is_fork,
       known.is_template, known.is_disabled, known.is_empty, known.language, known.topics,
       known.team, known.team_source, known.default_branch, known.pushed_at, known.excluded_by)
      IS DISTINCT FROM
      (excluded.organization_id, excluded.name, excluded.visibility, excluded.is_archived, excluded.is_fork,
       excluded.is_template, excluded.is_disabled, excluded.is_empty, excluded.language, excluded.topics,
       excluded.team, excluded.team_source, excluded.default_branch, excluded.pushed_at, excluded.excluded_by)
RETURNING repository_id
