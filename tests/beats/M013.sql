-- file: 001_versions.sql
CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz);
-- file: 002_orders.sql
CREATE TABLE orders (id int PRIMARY KEY);
-- file: 003_parts.sql
CREATE TABLE parts (id int PRIMARY KEY);
-- clean
CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz);
CREATE TABLE orders (id int PRIMARY KEY);
CREATE TABLE parts (id int PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('001'), ('002'), ('003');
-- near miss: each is called in another way
UPDATE schema_migrations SET version = '1' WHERE version = '001';
UPDATE schema_migrations SET version = '002_orders' WHERE version = '002';
UPDATE schema_migrations SET version = '003_parts.sql' WHERE version = '003';
-- near miss: a version more than there are files
INSERT INTO schema_migrations VALUES ('004_gone');
-- fault: one in the middle did not run
DELETE FROM schema_migrations WHERE version = '002_orders';
--! migrations/002_orders.sql: 002_orders.sql has not run in the database: public.schema_migrations does not have it
-- mended
INSERT INTO schema_migrations VALUES ('002');
