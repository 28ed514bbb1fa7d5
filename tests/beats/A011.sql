-- file: ctb-lint.toml
[standard.roles]
"Clerks" = ["pg_monitor", "pg_read_all_stats"]
"Administrators" = ["pg_monitor"]
-- file: SCHEMA_REFERENCE.md
# Tables

## 1. orders

**Barton ID**: BID-SHOP-001

### A - Authorization

- **Read Access**: Clerks, Administrators
- **Delete Access**: Administrators only
-- clean
CREATE TABLE orders (id int PRIMARY KEY, note text);
GRANT SELECT, DELETE ON orders TO pg_monitor;
-- near miss: no sentence is about INSERT
GRANT SELECT ON orders TO pg_read_all_stats;
GRANT INSERT ON orders TO pg_signal_backend;
-- near miss: the owner may do everything, and other tables are not spoken of
ALTER TABLE orders OWNER TO pg_database_owner;
CREATE TABLE parts (id int PRIMARY KEY);
GRANT DELETE ON parts TO pg_read_all_stats;
-- fault: one may delete who may only read
GRANT DELETE ON orders TO pg_read_all_stats;
--! public.orders: pg_read_all_stats may DELETE on public.orders, and that is for Administrators
-- fault: everybody may read one column
REVOKE DELETE ON orders FROM pg_read_all_stats;
GRANT SELECT (note) ON orders TO PUBLIC;
--! public.orders: every role may SELECT (note) on public.orders, and that is for Clerks, Administrators
-- mended
REVOKE SELECT (note) ON orders FROM PUBLIC;
