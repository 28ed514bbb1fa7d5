-- clean
CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text, entity_id text);
INSERT INTO ids VALUES ('a', 'p', 'order', '1'), ('b', NULL, 'order', '2');
CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
INSERT INTO orders VALUES (1, 'a', 'p');
-- near miss: the row names none, the registry names none, the registry does not know it
INSERT INTO orders VALUES (2, 'a', NULL), (3, 'b', 'q'), (4, 'x', 'q'), (5, NULL, 'q');
-- near miss: of a type that is no table, in another case, and of a table with a word in common
INSERT INTO ids VALUES ('c', 'p', 'Order', '8'), ('d', 'p', 'invoice', '9'),
    ('e', 'p', 'order_line', '10'), ('f', NULL, NULL, '11');
INSERT INTO orders VALUES (8, 'c', 'p'), (9, 'd', 'p'), (10, 'e', 'p'), (11, 'f', 'p');
CREATE TABLE parts (id int PRIMARY KEY, unique_id text);
CREATE TABLE order_lines (id int PRIMARY KEY, unique_id text);
-- fault: it is registered as a part
UPDATE ids SET entity_type = 'part' WHERE unique_id = 'd';
--! public.orders.unique_id: 1 of 9 rows of public.orders has the entity_type of another table in public.ids: id = 9
-- fault: another process, and the same in capitals
INSERT INTO orders VALUES (6, 'a', 'q'), (7, 'a', 'P');
--! public.orders.unique_id: 1 of 11 rows of public.orders has the entity_type of another table in public.ids: id = 9
--! public.orders.unique_id: 2 of 11 rows of public.orders have another process_id than public.ids has for them: id = 6; id = 7
-- mended
UPDATE ids SET entity_type = 'order' WHERE unique_id = 'd';
UPDATE orders SET process_id = 'p' WHERE id > 5;
