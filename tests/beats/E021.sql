-- file: ctb-lint.toml
standard = { not-null = ['users.email'] }
-- clean
CREATE TABLE users (id int PRIMARY KEY, email text);
INSERT INTO users VALUES (1, 'a');
-- near miss: an empty text is a value
INSERT INTO users VALUES (2, '');
-- near miss: in a column and a table of which nobody demands it
ALTER TABLE users ADD COLUMN phone text;
CREATE TABLE guests (id int PRIMARY KEY, email text);
INSERT INTO guests VALUES (1, NULL);
-- fault: one row has none
INSERT INTO users VALUES (3, NULL);
--! public.users.email: 1 of 3 rows of public.users has no email: id = 3
-- fault: NOT NULL that nobody validated does not mend it
ALTER TABLE users ADD CONSTRAINT has_email NOT NULL email NOT VALID;
--! public.users.email: 1 of 3 rows of public.users has no email: id = 3
-- mended
UPDATE users SET email = 'c' WHERE id = 3;
ALTER TABLE users VALIDATE CONSTRAINT has_email;
