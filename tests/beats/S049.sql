-- file: SCHEMA_REFERENCE.md
# Tables

## 1. orders

**Barton ID**: BID-SHOP-001
**Status**: Active

```sql
CREATE TABLE orders (id int PRIMARY KEY);
```

## 2. flyway_schema_history

**Barton ID**: BID-SHOP-999
**Status**: Active (Built-in)

```sql
CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY);
```
-- file: 001_orders.sql
CREATE TABLE orders (id int PRIMARY KEY);
CREATE TABLE schema_migrations (version text PRIMARY KEY);
CREATE TABLE spatial_ref_sys (id int PRIMARY KEY);
-- file: ctb-lint.toml
standard = { exempt-tables = ['spatial_ref_sys'] }
-- clean
CREATE TABLE orders (id int PRIMARY KEY);
CREATE TABLE schema_migrations (version text PRIMARY KEY);
CREATE TABLE spatial_ref_sys (id int PRIMARY KEY);
CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY);
-- near miss: what the tables have is the other rules'
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE spatial_ref_sys DROP COLUMN id;
-- fault: gone, under another name, and in another schema
DROP TABLE orders;
CREATE SCHEMA app;
ALTER TABLE spatial_ref_sys SET SCHEMA app;
--! public.orders: public.orders is not in the database; the migrations declare it
--! public.spatial_ref_sys: public.spatial_ref_sys is not in the database; the migrations declare it
-- fault: what a migration tool owns, made by a migration or by the tool
DROP TABLE schema_migrations;
DROP TABLE flyway_schema_history;
--! public.flyway_schema_history: public.flyway_schema_history is not in the database; the catalogue declares it
--! public.orders: public.orders is not in the database; the migrations declare it
--! public.schema_migrations: public.schema_migrations is not in the database; the migrations declare it
--! public.spatial_ref_sys: public.spatial_ref_sys is not in the database; the migrations declare it
-- mended
CREATE TABLE orders (id int PRIMARY KEY);
CREATE TABLE schema_migrations (version text PRIMARY KEY);
CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY);
ALTER TABLE app.spatial_ref_sys SET SCHEMA public;
