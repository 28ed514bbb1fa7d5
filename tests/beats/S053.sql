-- file: 001_orders.sql
CREATE TABLE orders (id int PRIMARY KEY, state text);
CREATE VIEW open_orders AS SELECT id FROM orders WHERE state = 'open';
CREATE FUNCTION paid(n int) RETURNS bool LANGUAGE sql STABLE AS 'SELECT n > 0';
-- clean
CREATE TABLE orders (id int PRIMARY KEY, state text);
CREATE VIEW open_orders AS SELECT id FROM orders WHERE state = 'open';
CREATE FUNCTION paid(n int) RETURNS bool LANGUAGE sql STABLE AS 'SELECT n > 0';
-- near miss: the same in other words
CREATE OR REPLACE VIEW public.open_orders AS SELECT o.id FROM public.orders o
    WHERE (o.state = 'open'::text);
CREATE OR REPLACE FUNCTION paid("n" integer) RETURNS boolean STABLE LANGUAGE "sql"
    SECURITY INVOKER AS $$SELECT n > 0$$;
-- fault: another function, another column, and a view that nobody declares
CREATE OR REPLACE FUNCTION paid(n int) RETURNS bool LANGUAGE sql VOLATILE AS 'SELECT n >= 0';
CREATE FUNCTION paid(n text) RETURNS bool LANGUAGE sql STABLE AS 'SELECT true';
CREATE OR REPLACE VIEW open_orders AS SELECT id, state FROM orders;
CREATE VIEW all_orders AS SELECT id FROM orders;
--! public.all_orders: the view public.all_orders is in the database; the migrations declare none
--! public.open_orders: the view public.open_orders has the columns (id, state) in the database, not (id) as the migrations declare
--! public.paid: the function public.paid(integer) is VOLATILE in the database, not STABLE as the migrations declare and does something else in the database than the migrations declare
--! public.paid: the function public.paid(text) is in the database; the migrations declare none
-- fault: one is gone
DROP VIEW all_orders, open_orders;
DROP FUNCTION paid(text);
CREATE OR REPLACE FUNCTION paid(n int) RETURNS bool LANGUAGE sql STABLE AS 'SELECT n > 0';
--! public.open_orders: the view public.open_orders is not in the database; the migrations declare it
-- mended
CREATE VIEW open_orders AS SELECT id FROM orders WHERE state = 'open';
