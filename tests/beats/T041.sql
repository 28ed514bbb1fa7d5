-- clean
CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text, entity_id text);
CREATE TABLE orders (id int PRIMARY KEY, unique_id text);
-- near miss: a view over the registry of another schema
DROP TABLE ids;
CREATE SCHEMA core;
CREATE TABLE core.ids (unique_id text, process_id text, entity_type text, entity_id text);
CREATE VIEW ids AS SELECT * FROM core.ids;
-- fault: it lacks a column
DROP VIEW ids;
CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text);
--! public.ids: the registry public.ids lacks entity_id
-- fault: it is gone
DROP TABLE ids;
--! public.ids: there is no registry of ids: no table public.ids
-- mended
ALTER TABLE core.ids SET SCHEMA public;
