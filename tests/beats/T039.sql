-- file: ctb-lint.toml
standard = { exempt-tables = ['old_orders'] }
-- clean
CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text, entity_id text);
CREATE TABLE orders (id int PRIMARY KEY, unique_id text);
CREATE TABLE parts (id int PRIMARY KEY, unique_id text);
INSERT INTO orders VALUES (1, 'a'), (2, 'b');
INSERT INTO parts VALUES (1, 'c');
-- near miss: the registry has each once more
INSERT INTO ids VALUES ('a', 'p', 'order', '1'), ('c', 'p', 'part', '1');
-- near miss: none in both, another case, twice in one
INSERT INTO orders VALUES (3, NULL), (4, 'C'), (5, 'b');
INSERT INTO parts VALUES (2, NULL);
-- near miss: in the copy that is exempt
CREATE TABLE old_orders AS SELECT * FROM orders;
-- near miss: a uuid of the same digits is of another kind
CREATE TABLE steps (id int PRIMARY KEY, unique_id uuid);
INSERT INTO steps VALUES (1, '00000000-0000-0000-0000-000000000001');
INSERT INTO orders VALUES (6, '00000000-0000-0000-0000-000000000001');
-- fault: two that both have
INSERT INTO parts VALUES (3, 'a'), (4, 'b');
--! public.orders: 2 values of public.orders are in unique_id of other tables, too: public.orders id = 1 and public.parts id = 3; public.orders id = 2 and public.parts id = 4
-- mended
UPDATE parts SET unique_id = unique_id || '2' WHERE id > 2;
