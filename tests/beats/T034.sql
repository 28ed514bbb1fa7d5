-- clean
CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
INSERT INTO orders VALUES (1, 'shq-03-imo-1755561600-Zx81aBq09LkP22Qw', NULL);
-- near miss: none, and a process that is not named as it should be
INSERT INTO orders VALUES (2, NULL, 'whatever');
-- near miss: in a table that is not governed
CREATE TABLE schema_migrations (id int PRIMARY KEY, unique_id text);
INSERT INTO schema_migrations VALUES (1, 'x');
-- fault: one digit too few, a line too many, nothing
INSERT INTO orders VALUES (3, 'shq-03-imo-175556160-Zx81aBq09LkP22Qw', NULL),
    (4, E'shq-03-imo-1755561600-Zx81aBq09LkP22Qw\n', NULL), (5, '', NULL);
--! public.orders.unique_id: 3 of 5 rows of public.orders have a unique_id that is not of the format {db}-{subhive}-{app}-{timestamp}-{random16}: id = 3; id = 4; id = 5
-- mended
UPDATE orders SET unique_id = 'shq-03-imo-1755561600-Zx81aBq09LkP22Qx' WHERE id > 2;
