-- file: 001_orders.sql
CREATE TABLE orders (id int PRIMARY KEY, day date NOT NULL DEFAULT '2026-01-01');
-- file: ctb-lint.toml
standard = { exempt-tables = ['spatial_ref_sys'] }
-- clean
CREATE TABLE orders (id int PRIMARY KEY, day date NOT NULL DEFAULT '2026-01-01');
-- near miss: of a migration tool, and exempt
CREATE TABLE schema_migrations (version text PRIMARY KEY);
CREATE TABLE spatial_ref_sys (id int PRIMARY KEY);
-- near miss: a view is no table, and what a platform keeps is its own
CREATE VIEW all_orders AS SELECT id FROM orders;
CREATE SCHEMA auth;
CREATE TABLE auth.users (id uuid PRIMARY KEY);
-- fault: made by hand, and the same name in another schema
CREATE SCHEMA app;
CREATE TABLE imports (id int PRIMARY KEY);
CREATE TABLE app.orders (id int PRIMARY KEY, note text);
--! app.orders: app.orders is in the database; the migrations declare no such table
--! public.imports: public.imports is in the database; the migrations declare no such table
-- mended
DROP TABLE imports, app.orders;
