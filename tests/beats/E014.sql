-- file: SCHEMA_REFERENCE.md
# Tables

## 1. orders

**Barton ID**: BID-SHOP-001

### E - Enforcement

- Automatic access tracking
-- clean
CREATE TABLE orders (
    id int PRIMARY KEY, access_count int, last_accessed_at timestamptz, created_at timestamptz
);
-- near miss: of most rows nothing is counted, and of one only the time
INSERT INTO orders VALUES (1, 0, NULL, '2026-01-01'), (2, NULL, '2026-01-01', '2026-01-01'),
    (3, 0, '2026-01-02', '2026-01-01');
-- near miss: of another table nobody says that it is tracked
CREATE TABLE parts (id int PRIMARY KEY, access_count int);
INSERT INTO parts VALUES (1, 0);
-- fault: the one row is gone
DELETE FROM orders WHERE id = 3;
--! public.orders: no row of public.orders was ever accessed, by its own counters
-- mended
UPDATE orders SET access_count = 1 WHERE id = 2;
