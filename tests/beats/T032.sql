-- file: SCHEMA_REFERENCE.md
# Tables

## 1. parts

**Barton ID**: BID-SHOP-002
-- clean
CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text, entity_id text);
CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
CREATE TABLE parts (id int PRIMARY KEY, unique_id text, process_id text);
-- near miss: with its schema, under its Barton ID
INSERT INTO ids VALUES ('a', 'p', 'table', 'public.orders'), ('b', 'p', 'table', 'BID-SHOP-002');
-- near miss: neither the registry nor the list of migrations is registered
CREATE TABLE schema_migrations (version text PRIMARY KEY);
-- fault: what is registered is a row, and another table
UPDATE ids SET entity_type = 'order', entity_id = 'orders' WHERE unique_id = 'a';
UPDATE ids SET entity_id = 'BID-SHOP-001' WHERE unique_id = 'b';
--! public.orders: no row of public.ids registers the table public.orders
--! public.parts: no row of public.ids registers the table public.parts
-- mended
UPDATE ids SET entity_type = 'table' WHERE unique_id = 'a';
UPDATE ids SET entity_id = 'parts' WHERE unique_id = 'b';
