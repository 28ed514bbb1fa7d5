-- file: 001_orders.sql
CREATE TABLE orders (id int PRIMARY KEY, state text);
COMMENT ON TABLE orders IS 'One row for each order';
COMMENT ON COLUMN orders.state IS 'it''s open, or paid';
-- clean
CREATE TABLE orders (id int PRIMARY KEY, state text);
COMMENT ON TABLE orders IS 'One row for each order';
COMMENT ON COLUMN orders.state IS 'it''s open, or paid';
-- near miss: the same in other words, and an empty one where there is none
COMMENT ON TABLE orders IS E'One row for each \x6frder';
COMMENT ON COLUMN orders.state IS $$it's open, or paid$$;
COMMENT ON COLUMN orders.id IS '';
-- fault: another, none, and one too many
COMMENT ON TABLE orders IS 'one row for each order';
COMMENT ON COLUMN orders.state IS NULL;
COMMENT ON CONSTRAINT orders_pkey ON orders IS 'the key';
--! public.orders.orders_pkey: public.orders.orders_pkey has the comment 'the key' in the database; the migrations declare none
--! public.orders.state: public.orders.state has no comment in the database; the migrations declare "it's open, or paid"
--! public.orders: public.orders has the comment 'one row for each order' in the database, not 'One row for each order' as the migrations declare
-- mended
COMMENT ON TABLE orders IS 'One row for each order';
COMMENT ON COLUMN orders.state IS 'it''s open, or paid';
COMMENT ON CONSTRAINT orders_pkey ON orders IS NULL;
