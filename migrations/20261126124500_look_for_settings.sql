-- Whether a repository's CODEOWNERS and .drydock.yml were looked for when it was read last.
-- One that was read before these were known is read once more, whole, by the next full crawl.
ALTER TABLE repository ADD COLUMN knows_settings boolean NOT NULL DEFAULT false;
