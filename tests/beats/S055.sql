-- file: 001_orders.sql
CREATE TABLE orders (id int PRIMARY KEY, owner text);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orders FOR SELECT USING (owner = CURRENT_USER);
-- clean
CREATE TABLE orders (id int PRIMARY KEY, owner text);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orders FOR SELECT USING (owner = CURRENT_USER);
-- near miss: the same in other words
DROP POLICY own ON orders;
CREATE POLICY "own" ON public.orders AS PERMISSIVE FOR SELECT TO PUBLIC
    USING (("owner" = current_user::text));
-- fault: everybody sees everything, and a policy that nobody declares
ALTER POLICY own ON orders USING (true);
CREATE POLICY other ON orders FOR INSERT TO pg_monitor WITH CHECK (true);
--! public.orders.other: policy other of public.orders is in the database; the migrations declare none
--! public.orders.own: policy own of public.orders is USING (true) in the database, not USING (owner = CURRENT_USER) as the migrations declare
-- fault: row security is off
DROP POLICY other ON orders;
ALTER POLICY own ON orders USING (owner = CURRENT_USER);
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
--! public.orders: row security of public.orders is off in the database, not on as the migrations declare
-- mended
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
