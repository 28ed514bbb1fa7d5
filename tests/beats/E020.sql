-- file: ctb-lint.toml
[standard.value-sets]
'orders.state' = ['open', 'paid']
'parts.state' = ['open', 'paid']
'orders.level' = ['1', '2']
'orders.tags' = ['new', 'gift']
-- clean
CREATE TABLE orders (id int PRIMARY KEY, state text, level numeric, tags text[]);
INSERT INTO orders VALUES (1, 'open', 1, '{new}'), (2, 'paid', 2, '{new,gift}');
-- near miss: no value, the same number, an empty array
INSERT INTO orders VALUES (3, NULL, NULL, NULL), (4, 'open', 2.0, '{}');
-- near miss: of a table that nobody speaks of
CREATE TABLE old_orders (id int PRIMARY KEY, state text);
INSERT INTO old_orders VALUES (1, 'lost');
-- near miss: a check holds the column already
CREATE TABLE parts (id int PRIMARY KEY, state text CHECK (state IN ('open', 'paid')));
INSERT INTO parts VALUES (1, 'open');
-- fault: a capital, a blank, a number between, an element
INSERT INTO orders VALUES (5, 'Open', 1, '{}'), (6, 'paid ', 1, '{}'), (7, 'paid', 1.5, '{}'),
    (8, 'paid', 1, '{gift,old}');
--! public.orders.level: 1 of 8 rows of public.orders has a level that is none of '1', '2': id = 7
--! public.orders.state: 2 of 8 rows of public.orders have a state that is none of 'open', 'paid': id = 5; id = 6
--! public.orders.tags: 1 of 8 rows of public.orders has a tags that is none of 'new', 'gift': id = 8
-- fault: the check is not valid, and there is a row from before it
ALTER TABLE parts DROP CONSTRAINT parts_state_check;
INSERT INTO parts VALUES (2, 'lost');
ALTER TABLE parts ADD CHECK (state IN ('open', 'paid')) NOT VALID;
--! public.orders.level: 1 of 8 rows of public.orders has a level that is none of '1', '2': id = 7
--! public.orders.state: 2 of 8 rows of public.orders have a state that is none of 'open', 'paid': id = 5; id = 6
--! public.orders.tags: 1 of 8 rows of public.orders has a tags that is none of 'new', 'gift': id = 8
--! public.parts.state: 1 of 2 rows of public.parts has a state that is none of 'open', 'paid': id = 2
-- mended
DELETE FROM orders WHERE id > 4;
DELETE FROM parts WHERE id = 2;
