-- clean
CREATE TABLE orders (id int PRIMARY KEY, orbt_layer int);
INSERT INTO orders VALUES (1, 2);
-- near miss: the first, the last, and none
INSERT INTO orders VALUES (2, 1), (3, 4), (4, NULL);
-- near miss: as text, where a number is written
CREATE TABLE parts (id int PRIMARY KEY, orbt_layer text);
INSERT INTO parts VALUES (1, '1'), (2, '04');
-- near miss: as a number that may have a fraction, and has none
CREATE TABLE steps (id int PRIMARY KEY, orbt_layer numeric);
INSERT INTO steps VALUES (1, 4.0);
-- fault: one below and one above, one between, and words
INSERT INTO orders VALUES (5, 0), (6, 5);
INSERT INTO steps VALUES (2, 2.5);
INSERT INTO parts VALUES (3, 'output'), (4, '');
--! public.orders.orbt_layer: 2 of 6 rows of public.orders have a orbt_layer that is none of 1 to 4: id = 5; id = 6
--! public.parts.orbt_layer: 2 of 4 rows of public.parts have a orbt_layer that is none of 1 to 4: id = 3; id = 4
--! public.steps.orbt_layer: 1 of 2 rows of public.steps has a orbt_layer that is none of 1 to 4: id = 2
-- fault: a check that is not valid does not mend it
ALTER TABLE orders ADD CHECK (orbt_layer BETWEEN 1 AND 4) NOT VALID;
--! public.orders.orbt_layer: 2 of 6 rows of public.orders have a orbt_layer that is none of 1 to 4: id = 5; id = 6
--! public.parts.orbt_layer: 2 of 4 rows of public.parts have a orbt_layer that is none of 1 to 4: id = 3; id = 4
--! public.steps.orbt_layer: 1 of 2 rows of public.steps has a orbt_layer that is none of 1 to 4: id = 2
-- mended
DELETE FROM orders WHERE id > 4;
DELETE FROM parts WHERE id > 2;
DELETE FROM steps WHERE id = 2;
