-- clean
CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text, entity_id text);
INSERT INTO ids VALUES ('a', 'p', 'order', '1');
CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
INSERT INTO orders VALUES (1, 'a', 'p');
-- near miss: none, one that is there twice, one that is registered under another process
INSERT INTO orders VALUES (2, NULL, 'p'), (3, 'a', 'q');
-- near miss: of the tables that migration tools own
CREATE TABLE schema_migrations (id int PRIMARY KEY, unique_id text);
INSERT INTO schema_migrations VALUES (1, 'x');
-- near miss: a foreign key holds it
CREATE TABLE parts (id int PRIMARY KEY, unique_id text REFERENCES ids);
INSERT INTO parts VALUES (1, 'a');
-- fault: a capital, a blank, and an empty one
INSERT INTO orders VALUES (4, 'A', 'p'), (5, 'a ', 'p'), (6, '', 'p');
--! public.orders.unique_id: 3 of 6 rows of public.orders have a unique_id that public.ids does not have: id = 4; id = 5; id = 6
-- fault: a foreign key that is not valid, or not enforced
DELETE FROM orders WHERE id > 4;
ALTER TABLE parts DROP CONSTRAINT parts_unique_id_fkey;
INSERT INTO parts VALUES (2, 'x');
ALTER TABLE parts ADD CONSTRAINT of_ids FOREIGN KEY (unique_id) REFERENCES ids NOT VALID;
ALTER TABLE orders ADD CONSTRAINT of_ids FOREIGN KEY (unique_id) REFERENCES ids NOT ENFORCED;
--! public.orders.unique_id: 1 of 4 rows of public.orders has a unique_id that public.ids does not have: id = 4
--! public.parts.unique_id: 1 of 2 rows of public.parts has a unique_id that public.ids does not have: id = 2
-- mended
UPDATE orders SET unique_id = 'a' WHERE id = 4;
INSERT INTO ids VALUES ('x', 'p', 'part', '2');
