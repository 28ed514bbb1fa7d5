-- file: SCHEMA_REFERENCE.md
# Tables

## 1. orders

**Barton ID**: BID-SHOP-001

### E - Enforcement

- `code` must not be empty
-- clean
CREATE TABLE orders (id int PRIMARY KEY, code text, note text);
INSERT INTO orders VALUES (1, 'a', 'b');
-- near miss: no value, a zero, a dot between blanks
INSERT INTO orders VALUES (2, NULL, ''), (3, '0', ''), (4, ' . ', '');
-- near miss: in a table that nobody speaks of
CREATE TABLE parts (id int PRIMARY KEY, code text);
INSERT INTO parts VALUES (1, '');
-- fault: nothing, and nothing but blanks
INSERT INTO orders VALUES (5, '', ''), (6, E' \t\n', '');
--! public.orders.code: 2 of 6 rows of public.orders have an empty code: id = 5; id = 6
-- mended
DELETE FROM orders WHERE id > 4;
