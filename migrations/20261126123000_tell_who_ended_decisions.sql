-- Who withdrew a decision or put another in its place; null where nobody did.
ALTER TABLE decision
    ADD COLUMN ended_by text,
    -- The line of the repository's .drydock.yml that says it.
    ADD COLUMN line integer;
-- What is disputed now, for the operator.
CREATE INDEX decision_disputed_idx ON decision (dockerfile_id)
    WHERE kind = 'disputed' AND ended_at IS NULL;
