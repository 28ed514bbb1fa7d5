-- file: ctb-lint.toml
[formats.legacy]
process-id = ['old-{nn}']
-- clean
CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
INSERT INTO orders VALUES (1, NULL, 'shq.03.imo.V1.20250819.orders');
-- near miss: none, and the day that a leap year has more
INSERT INTO orders VALUES (2, 'x', NULL), (3, NULL, 'shq.03.imo.V12.20240229.orders');
-- near miss: in a table that is not governed
CREATE TABLE schema_migrations (id int PRIMARY KEY, process_id text);
INSERT INTO schema_migrations VALUES (1, 'x');
-- fault: a month that no year has, no version, and one of an earlier format
INSERT INTO orders VALUES (4, NULL, 'shq.03.imo.V1.20251301.orders'),
    (5, NULL, 'shq.03.imo.V.20250819.orders'), (6, NULL, 'old-17');
--! public.orders.process_id: 1 of 6 rows of public.orders has a process_id of an earlier format (old-{nn}): id = 6
--! public.orders.process_id: 2 of 6 rows of public.orders have a process_id that is not of the format {db}.{subhive}.{app}.V{ver}.{date}.{stage}: id = 4; id = 5
-- mended
UPDATE orders SET process_id = 'shq.03.imo.V2.20250819.orders' WHERE id > 3;
