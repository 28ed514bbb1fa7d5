-- clean
CREATE TABLE orders (id int PRIMARY KEY, created_at timestamptz, updated_at timestamptz);
INSERT INTO orders VALUES (1, '2026-06-30 12:00Z', '2026-06-30 13:00Z');
-- near miss: changed when it was made; never; the first and the last that can be
INSERT INTO orders VALUES (2, '2026-06-01 12:00Z', '2026-06-01 12:00Z'), (3, NULL, NULL),
    (4, '1971-01-01 00:00Z', NULL), (5, '2026-07-03 00:00Z', NULL), (6, NULL, '1960-01-01');
-- near miss: a date that may well lie in the future
ALTER TABLE orders ADD COLUMN due_at timestamptz DEFAULT '2999-01-01', ADD COLUMN born date;
UPDATE orders SET born = '1950-05-05';
-- fault: of tomorrow's tomorrow, of 1970, of the end of time
INSERT INTO orders VALUES (7, '2026-07-03 00:00:01Z', NULL), (8, '1970-01-01 00:00Z', NULL),
    (9, 'infinity', NULL);
--! public.orders.created_at: 3 of 9 rows of public.orders have a created_at in the future, or before 1971: id = 7; id = 8; id = 9
-- fault: changed before it was made
UPDATE orders SET created_at = '2026-06-01' WHERE id > 6;
UPDATE orders SET updated_at = created_at - interval '1 microsecond' WHERE id = 7;
--! public.orders.updated_at: 1 of 9 rows of public.orders has an updated_at before created_at: id = 7
-- mended
UPDATE orders SET updated_at = created_at WHERE id = 7;
