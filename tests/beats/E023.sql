-- file: ctb-lint.toml
standard = { unique = ['users.email'] }
-- clean
CREATE TABLE users (id int PRIMARY KEY, email text, name text);
INSERT INTO users VALUES (1, 'a', 'A');
-- near miss: another case, a blank more, and several rows without one
INSERT INTO users VALUES (2, 'A', 'A'), (3, 'a ', 'A'), (4, NULL, 'A'), (5, NULL, 'A');
-- near miss: in a table of which nobody demands it
CREATE TABLE guests (id int PRIMARY KEY, email text);
INSERT INTO guests VALUES (1, 'a'), (2, 'a');
-- near miss: ids of a process, rows without one, and of a table that has nothing to register
CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
INSERT INTO orders VALUES (1, 'a', 'p'), (2, 'A', 'p'), (3, NULL, 'p'), (4, NULL, 'p');
CREATE TABLE schema_migrations (id int PRIMARY KEY, unique_id text);
INSERT INTO schema_migrations VALUES (1, 'a'), (2, 'a');
-- fault: an id of two rows, though nobody says that it must be unique
UPDATE orders SET unique_id = 'a' WHERE id = 2;
--! public.orders.unique_id: 1 value in 4 rows of public.orders is the unique_id of more than one row: id = 1 and id = 2
-- fault: the same twice
UPDATE orders SET unique_id = 'b' WHERE id = 2;
INSERT INTO users VALUES (6, 'a', 'A');
--! public.users.email: 1 value in 6 rows of public.users is the email of more than one row: id = 1 and id = 6
-- fault: a unique index that could not be built does not hold it, nor does one of some rows
CREATE UNIQUE INDEX users_some_key ON users (email) WHERE id < 6;
-- refused
CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email)
--! public.users.email: 1 value in 6 rows of public.users is the email of more than one row: id = 1 and id = 6
-- mended
DELETE FROM users WHERE id = 6;
REINDEX INDEX users_email_key;
