-- clean
CREATE TABLE orders (id int PRIMARY KEY);
CREATE FUNCTION total(n int) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = ''
    AS 'SELECT n';
REVOKE EXECUTE ON FUNCTION total(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION total(int) TO pg_monitor;
-- near miss: it runs as whoever calls it
CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- near miss: PostgreSQL alone calls the function of a trigger
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
    AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER stamped BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
-- fault: another function of that name, and a procedure
CREATE FUNCTION total(n text, m int[]) RETURNS int LANGUAGE sql SECURITY DEFINER
    SET search_path = '' AS 'SELECT 1';
CREATE PROCEDURE clear() LANGUAGE sql SECURITY DEFINER SET search_path = ''
    AS 'DELETE FROM public.orders';
--! public.clear: every role may call public.clear(), which runs as its owner
--! public.total: every role may call public.total(text, integer[]), which runs as its owner
-- mended
REVOKE EXECUTE ON FUNCTION total(text, int[]) FROM PUBLIC;
REVOKE EXECUTE ON PROCEDURE clear() FROM PUBLIC;
