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
-- near miss: rules write it
CREATE TABLE visits (id int PRIMARY KEY);
CREATE RULE gone AS ON DELETE TO visits DO ALSO INSERT INTO log VALUES (now(), 'DELETE');
CREATE RULE came AS ON INSERT TO visits DO ALSO INSERT INTO log VALUES (now(), 'INSERT');
CREATE RULE changed AS ON UPDATE TO visits DO ALSO INSERT INTO log VALUES (now(), 'UPDATE');
-- fault: one of them was switched off
ALTER TABLE orders DISABLE TRIGGER deleted;
--! public.orders: nothing in the schema logs DELETE of public.orders
-- fault: a function that logs nothing any more
CREATE OR REPLACE FUNCTION write_log() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RETURN NULL; END';
--! public.orders: nothing in the schema logs writes to public.orders
-- fault: one rule is for one kind of writes
DROP RULE came ON visits;
--! public.orders: nothing in the schema logs writes to public.orders
--! public.visits: nothing in the schema logs INSERT of public.visits
-- fault: a publication that tells of new rows only
ALTER PUBLICATION followed SET (publish = 'insert');
--! public.events: nothing in the schema logs UPDATE and DELETE of public.events
--! public.orders: nothing in the schema logs writes to public.orders
--! public.visits: nothing in the schema logs INSERT of public.visits
-- mended
CREATE RULE came AS ON INSERT TO visits DO ALSO INSERT INTO log VALUES (now(), 'INSERT');
ALTER PUBLICATION followed SET (publish = 'insert, update, delete');
CREATE OR REPLACE FUNCTION write_log() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN INSERT INTO public.log VALUES (now(), TG_OP); RETURN NULL; END';
ALTER TABLE orders ENABLE TRIGGER deleted;
