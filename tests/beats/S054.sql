-- file: 001_orders.sql
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, total int);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW WHEN (NEW.total > 0) EXECUTE FUNCTION touch();
-- clean
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, total int);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW WHEN (NEW.total > 0) EXECUTE FUNCTION touch();
-- near miss: the same in other words
CREATE OR REPLACE TRIGGER "touched" BEFORE UPDATE OR INSERT ON public.orders
    FOR EACH ROW WHEN ((NEW."total" > 0)) EXECUTE PROCEDURE public.touch();
-- near miss: off and on again, with those of the foreign key
ALTER TABLE orders DISABLE TRIGGER ALL;
ALTER TABLE orders ENABLE TRIGGER ALL;
-- fault: another condition, and a trigger that nobody declares
CREATE OR REPLACE TRIGGER touched BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW WHEN (NEW.total >= 0) EXECUTE FUNCTION touch();
CREATE TRIGGER other AFTER DELETE ON users FOR EACH STATEMENT EXECUTE FUNCTION touch();
--! public.orders.touched: trigger touched of public.orders is WHEN ((new.total >= 0)) in the database, not WHEN (NEW.total > 0) as the migrations declare
--! public.users.other: trigger other of public.users is in the database; the migrations declare none
-- fault: off
DROP TRIGGER other ON users;
CREATE OR REPLACE TRIGGER touched BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW WHEN (NEW.total > 0) EXECUTE FUNCTION touch();
ALTER TABLE orders DISABLE TRIGGER touched;
--! public.orders.touched: trigger touched of public.orders is disabled in the database, not enabled as the migrations declare
-- mended
ALTER TABLE orders ENABLE TRIGGER touched;
