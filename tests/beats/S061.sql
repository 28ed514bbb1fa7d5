-- clean
CREATE TABLE orders (id int PRIMARY KEY, note text, code text);
INSERT INTO orders SELECT n, n::text, n::text FROM generate_series(1, 10000) AS n;
-- near miss: a constraint's, a unique one, a small one
CREATE UNIQUE INDEX orders_code_key ON orders (code);
ALTER TABLE orders ADD CONSTRAINT orders_note_key UNIQUE (note);
CREATE INDEX orders_few_idx ON orders (note) WHERE id < 10;
ANALYZE orders;
-- near miss: of a table that nobody reads
CREATE TABLE parts (id int, note text);
INSERT INTO parts SELECT n, n::text FROM generate_series(1, 10000) AS n;
CREATE INDEX parts_note_idx ON parts (note);
ANALYZE parts;
-- fault: 120 queries have read its table, and none has used it
CREATE INDEX orders_idle_idx ON orders (note, code);
DO $$ BEGIN FOR i IN 1..120 LOOP PERFORM FROM orders WHERE id = i; END LOOP; END $$;
ANALYZE orders;
SELECT pg_stat_force_next_flush();
--! public.orders.orders_idle_idx: no query has used index public.orders_idle_idx of public.orders since the server began to count
-- mended
SET enable_seqscan = off;
SET enable_bitmapscan = off;
DROP INDEX orders_code_key;
ALTER TABLE orders DROP CONSTRAINT orders_note_key;
SELECT count(*) FROM orders WHERE note = '5' AND code = '5';
SELECT pg_stat_force_next_flush();
