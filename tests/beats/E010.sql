-- file: SCHEMA_REFERENCE.md
# Tables

## 1. orders

**Barton ID**: BID-SHOP-001

### E - Enforcement

- Audit logging enabled

## 2. events

**Barton ID**: BID-SHOP-002

### E - Enforcement

- Audit logging enabled

## 3. visits

**Barton ID**: BID-SHOP-003

### E - Enforcement

- Audit logging enabled
-- clean
CREATE TABLE orders (id int PRIMARY KEY);
CREATE TABLE log (at timestamptz, what text);
CREATE FUNCTION write_log() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN INSERT INTO public.log VALUES (now(), TG_OP); RETURN NULL; END';
CREATE TRIGGER logged AFTER INSERT OR UPDATE OR DELETE ON orders
    FOR EACH ROW EXECUTE FUNCTION write_log();
-- near miss: three triggers, and one of them for each statement
DROP TRIGGER logged ON orders;
CREATE TRIGGER inserted AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION write_log();
CREATE TRIGGER updated AFTER UPDATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION write_log();
CREATE TRIGGER deleted AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION write_log();
-- near miss: nobody says that the writes to another table are logged
CREATE TABLE parts (id int PRIMARY KEY);
-- near miss: what follows a publication may keep the log
CREATE TABLE events (id int PRIMARY KEY);
CREATE PUBLICATION followed FOR TABLE events;
-- near miss: a rule writes it
CREATE TABLE visits (id int PRIMARY KEY);
CREATE RULE kept AS ON DELETE TO visits DO ALSO INSERT INTO log VALUES (now(), 'DELETE');
-- fault: one of them was switched off
ALTER TABLE orders DISABLE TRIGGER deleted;
--! public.orders: nothing in the schema logs DELETE of public.orders
-- fault: a function that logs nothing any more
CREATE OR REPLACE FUNCTION write_log() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RETURN NULL; END';
--! public.orders: nothing in the schema logs writes to public.orders
-- mended
CREATE OR REPLACE FUNCTION write_log() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN INSERT INTO public.log VALUES (now(), TG_OP); RETURN NULL; END';
ALTER TABLE orders ENABLE TRIGGER deleted;
