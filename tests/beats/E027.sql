-- file: ctb-lint.toml
standard = { exempt-tables = ['spatial_ref_sys'] }
-- clean
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER stamped BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
-- near miss: for replicas only, and always
CREATE TRIGGER copied BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER checked BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE orders ENABLE REPLICA TRIGGER copied;
ALTER TABLE orders ENABLE ALWAYS TRIGGER checked;
-- near miss: of a table that is exempt
CREATE TABLE spatial_ref_sys (id int PRIMARY KEY);
CREATE TRIGGER stamped BEFORE INSERT ON spatial_ref_sys FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE spatial_ref_sys DISABLE TRIGGER stamped;
-- fault: off for a load
ALTER TABLE orders DISABLE TRIGGER stamped;
--! public.orders.stamped: trigger stamped of public.orders is disabled: public.stamp is not called
-- fault: all of them
ALTER TABLE orders DISABLE TRIGGER ALL;
--! public.orders.checked: trigger checked of public.orders is disabled: public.stamp is not called
--! public.orders.copied: trigger copied of public.orders is disabled: public.stamp is not called
--! public.orders.stamped: trigger stamped of public.orders is disabled: public.stamp is not called
-- mended
ALTER TABLE orders ENABLE TRIGGER ALL;
