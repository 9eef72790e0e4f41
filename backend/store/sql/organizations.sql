-- The organizations: all, or the one of a login ($1) or of a key ($2).
SELECT organization_id,
       github_id,
       node_id,
       login,
       is_sample,
       full_schedule,
       listing_schedule,
       time_zone,
       target_on,
       pushed_watermark,
       hardened_prefixes,
       team_property,
       added_at,
       crawled_at
FROM organization
WHERE ($1::text IS NULL OR lower(login) = lower($1))
  AND ($2::bigint IS NULL OR organization_id = $2)
ORDER BY lower(login)
