-- Writes the repositories $1 of the organization $2.
INSERT INTO repository (
    repository_id, organization_id, name, visibility, is_archived, is_fork, is_template, is_disabled,
    is_empty, language, topics, team, property_team, team_source, default_branch, pushed_at, head_sha,
    tree_sha, head_committed_at, unreadable_reason, excluded_by, first_crawled_at, crawled_at, gone_at,
    gone_reason, changed_at
)
SELECT repository_id, $2::bigint, name, visibility, is_archived, is_fork, is_template, false, is_empty,
       language, topics, team, property_team, team_source, 'main', head_committed_at, head_sha, head_sha,
       head_committed_at, unreadable_reason, excluded_by, first_crawled_at, crawled_at, gone_at,
       CASE WHEN gone_at IS NOT NULL THEN 'it was deleted' END, changed_at
FROM jsonb_populate_recordset(null::repository, $1)
