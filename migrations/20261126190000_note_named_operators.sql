-- Whether the settings named a person as an operator when they last came in: their role is
-- not changed on a page then, it would be back with the next sign-in.
ALTER TABLE person ADD COLUMN is_named boolean NOT NULL DEFAULT false;
