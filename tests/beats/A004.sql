-- clean
CREATE TABLE orders (id int PRIMARY KEY, owner text);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orders USING (owner = current_user);
-- near miss: everybody reads, and a restrictive one gives nothing
CREATE POLICY seen ON orders FOR SELECT USING (true);
CREATE POLICY held ON orders AS RESTRICTIVE USING (true);
-- near miss: one role alone
CREATE POLICY worker ON orders TO pg_monitor USING (true);
-- near miss: without an expression it lets nothing through
CREATE POLICY add ON orders FOR INSERT;
-- near miss: row security is off, which is another rule's
CREATE TABLE parts (id int PRIMARY KEY);
CREATE POLICY everything ON parts USING (true);
-- fault: both halves
ALTER POLICY add ON orders WITH CHECK (1 = 1);
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
--! public.orders.add: policy add lets public insert any row of public.orders
--! public.parts.everything: policy everything lets public read and write any row of public.parts
-- fault: one half each
ALTER POLICY own ON orders WITH CHECK (true);
ALTER POLICY everything ON parts WITH CHECK (id > 0);
ALTER POLICY add ON orders WITH CHECK (owner = current_user);
--! public.orders.own: policy own lets public insert any row of public.orders
--! public.parts.everything: policy everything lets public read, update and delete any row of public.parts
-- mended
ALTER POLICY own ON orders WITH CHECK (owner = current_user);
DROP POLICY everything ON parts;
