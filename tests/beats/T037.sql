-- clean
CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text, entity_id text);
CREATE TABLE orders (id int PRIMARY KEY, unique_id text REFERENCES ids);
-- near miss: a trigger whose function calls the one that registers
CREATE TABLE parts (id int PRIMARY KEY, unique_id text);
CREATE FUNCTION register(id text) RETURNS void LANGUAGE sql
    AS 'INSERT INTO public.ids (unique_id) VALUES (id)';
CREATE FUNCTION on_insert() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM public.register(NEW.unique_id); RETURN NEW; END';
CREATE TRIGGER registered AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION on_insert();
-- near miss: what needs no registration
CREATE TABLE schema_migrations (unique_id text PRIMARY KEY);
-- fault: it was switched off, and the key is gone
ALTER TABLE parts DISABLE TRIGGER registered;
ALTER TABLE orders DROP CONSTRAINT orders_unique_id_fkey;
--! public.orders: no foreign key, trigger or function ties public.orders to the registry public.ids
--! public.parts: no foreign key, trigger or function ties public.parts to the registry public.ids
-- mended
ALTER TABLE parts ENABLE TRIGGER registered;
ALTER TABLE orders ADD FOREIGN KEY (unique_id) REFERENCES ids;
