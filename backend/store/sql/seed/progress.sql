-- Notes when the repositories of $1 were finished and slipped back. The rest is summed later.
INSERT INTO repository_progress (
    repository_id, dockerfiles, dockerfiles_excluded, met, remaining, verify, unknown,
    not_applicable, items_left, state, finished_at, slipped_back_at
)
SELECT repository_id, 0, 0, 0, 0, 0, 0, 0, 0, 'not-started', finished_at, slipped_back_at
FROM jsonb_populate_recordset(null::repository_progress, $1)
