-- Notes the head and tree that the repository $1 was read at, at the moment $5; nothing where
-- nothing changed.
UPDATE repository
SET head_sha = $2,
    tree_sha = $3,
    head_committed_at = $4,
    unreadable_reason = NULL,
    has_links = $6,
    policy = $7,
    knows_settings = knows_settings OR $8,
    first_crawled_at = coalesce(first_crawled_at, $5),
    crawled_at = $5
WHERE repository_id = $1
  AND (head_sha, tree_sha, head_committed_at, unreadable_reason, has_links, policy,
       knows_settings)
      IS DISTINCT FROM ($2, $3, $4, NULL, $6, $7, knows_settings OR $8)
