-- One line of the repositories table. Every page and total reads repositories
-- through it, so that a number and the rows behind it cannot differ.
CREATE VIEW repository_line AS
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
                AND progress.state IN ('in-progress', 'not-started'), false) AS has_slipped_back
FROM repository
LEFT JOIN repository_progress AS progress USING (repository_id);
