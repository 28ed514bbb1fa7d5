-- file: 001_versions.sql
CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz);
-- file: 002_orders.sql
CREATE TABLE orders (id int PRIMARY KEY);
-- clean
CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz);
-- near miss: the number without its zeros
INSERT INTO schema_migrations VALUES ('1');
-- near miss: what has not run yet is no loss
CREATE TABLE orders (id int PRIMARY KEY);
-- fault: a number and a name of which there is no file
INSERT INTO schema_migrations VALUES ('003'), ('002_order');
--! public.schema_migrations: public.schema_migrations has the migration 002_order, and no file of migrations is that
--! public.schema_migrations: public.schema_migrations has the migration 003, and no file of migrations is that
-- mended
DELETE FROM schema_migrations WHERE version <> '1';
INSERT INTO schema_migrations VALUES ('002_orders');
