-- clean
CREATE TABLE orders (id int PRIMARY KEY, state text);
CREATE INDEX orders_state_idx ON orders (state);
INSERT INTO orders VALUES (1, 'open'), (2, 'open');
-- near miss: an index of which no query will ever make use
CREATE INDEX orders_none_idx ON orders (id) WHERE false;
-- near miss: of a partitioned table, with one of each partition
CREATE TABLE parts (id int, state text) PARTITION BY RANGE (id);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES FROM (0) TO (9);
CREATE INDEX parts_state_idx ON parts (state);
-- fault: two rows kept it from being built
-- refused
CREATE UNIQUE INDEX CONCURRENTLY orders_state_key ON orders (state)
--! public.orders.orders_state_key: index public.orders_state_key of public.orders is invalid: no query uses it, and not even writes keep it up
-- fault: of a partitioned table alone, and no partition's was attached
CREATE INDEX parts_id_idx ON ONLY parts (id);
--! public.orders.orders_state_key: index public.orders_state_key of public.orders is invalid: no query uses it, and not even writes keep it up
--! public.parts.parts_id_idx: index public.parts_id_idx of public.parts is invalid: not every partition has one that is attached to it
-- mended
CREATE INDEX parts_0_id_idx ON parts_0 (id);
ALTER INDEX parts_id_idx ATTACH PARTITION parts_0_id_idx;
DELETE FROM orders WHERE id = 2;
REINDEX INDEX orders_state_key;
