-- A person's own token at GitHub answers for their API tokens too, which outlive a session: it is
-- kept with the person. Whoever signed in with GitHub does so once more.
ALTER TABLE person ADD COLUMN sealed bytea;
CREATE INDEX person_sealed_idx ON person (person_id) WHERE sealed IS NOT NULL;
DELETE FROM session WHERE sealed IS NOT NULL;
ALTER TABLE session DROP COLUMN sealed;

-- The entry of the settings' list of operators that names a person, as of their last sign-in:
-- their role is not changed on a page then, and is over when the entry is.
ALTER TABLE person ADD COLUMN named_as text;
UPDATE person SET named_as = '' WHERE is_named;
ALTER TABLE person DROP COLUMN is_named;
CREATE INDEX person_named_as_idx ON person (named_as) WHERE named_as IS NOT NULL;
