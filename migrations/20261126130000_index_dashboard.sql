-- Indexes for what every page and every crawl asks.

-- Which crawl runs, asked by the head of each page; at most one row an organization.
CREATE INDEX crawl_running_idx ON crawl (organization_id, crawl_id) WHERE state = 'running';
-- The newest crawls of all organizations, a page of them.
CREATE INDEX crawl_started_at_idx ON crawl (started_at DESC, crawl_id DESC);
-- A repository that goes takes its failures with it.
CREATE INDEX crawl_failure_repository_id_idx ON crawl_failure (repository_id);
-- The few that could not be had, for the search of trees that were read whole.
CREATE INDEX settings_file_unread_idx ON settings_file (repository_id) WHERE blob_sha IS NULL;
