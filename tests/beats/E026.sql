-- file: SCHEMA_REFERENCE.md
# Tables

## 1. orders

**Barton ID**: BID-SHOP-001

### E - Enforcement

- Rows are kept for 90 days
-- clean
CREATE TABLE orders (id int PRIMARY KEY, created_at timestamptz);
INSERT INTO orders VALUES (1, '2026-07-01');
-- near miss: 90 days to the day, and of no age
INSERT INTO orders VALUES (2, '2026-04-02 00:00Z'), (3, NULL);
-- near miss: older in a table that nobody speaks of
CREATE TABLE parts (id int PRIMARY KEY, created_at timestamptz);
INSERT INTO parts VALUES (1, '2020-01-01');
-- fault: a second older
INSERT INTO orders VALUES (4, '2026-04-01 23:59:59Z');
--! public.orders: 1 of 4 rows of public.orders is older than the 90 days that rows are kept: id = 4
-- mended
DELETE FROM orders WHERE id = 4;
