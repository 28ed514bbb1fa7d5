-- clean
CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text, entity_id text);
INSERT INTO ids VALUES ('a', 'p', 'order', '1'), ('b', NULL, 'order', '2');
CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
INSERT INTO orders VALUES (1, 'a', 'p');
-- near miss: the row names none, the registry names none, the registry does not know it
INSERT INTO orders VALUES (2, 'a', NULL), (3, 'b', 'q'), (4, 'x', 'q'), (5, NULL, 'q');
-- fault: another process, and the same in capitals
INSERT INTO orders VALUES (6, 'a', 'q'), (7, 'a', 'P');
--! public.orders.unique_id: 2 of 7 rows of public.orders have another process_id than public.ids has for them: id = 6; id = 7
-- mended
UPDATE orders SET process_id = 'p' WHERE id > 5;
