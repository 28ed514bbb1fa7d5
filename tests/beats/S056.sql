-- file: 001_orders.sql
CREATE TABLE orders (id int PRIMARY KEY, state text);
GRANT SELECT, UPDATE (state) ON orders TO pg_monitor;
-- clean
CREATE TABLE orders (id int PRIMARY KEY, state text);
GRANT SELECT, UPDATE (state) ON orders TO pg_monitor;
-- near miss: granted anew, one by one
REVOKE ALL ON orders FROM pg_monitor;
GRANT UPDATE (state) ON orders TO pg_monitor;
GRANT SELECT ON orders TO pg_monitor;
-- near miss: what the owner holds counts for nothing
REVOKE TRUNCATE ON orders FROM CURRENT_USER;
-- fault: more for one, and something for everybody
GRANT UPDATE ON orders TO pg_monitor;
GRANT SELECT (id) ON orders TO PUBLIC;
--! public.orders: PUBLIC has SELECT in the database, not no privilege as the migrations declare: on public.orders (id)
--! public.orders: pg_monitor has SELECT and UPDATE in the database, not SELECT as the migrations declare: on public.orders
-- fault: less
REVOKE SELECT (id) ON orders FROM PUBLIC;
REVOKE UPDATE, SELECT ON orders FROM pg_monitor;
GRANT UPDATE (state) ON orders TO pg_monitor;
--! public.orders: pg_monitor has no privilege in the database, not SELECT as the migrations declare: on public.orders
-- mended
GRANT SELECT ON orders TO pg_monitor;
