-- clean
CREATE SCHEMA app;
-- near miss: a named role may, and everybody may look
GRANT USAGE ON SCHEMA app, public TO PUBLIC;
GRANT CREATE ON SCHEMA app TO pg_monitor;
-- fault: what databases before PostgreSQL 15 have
GRANT CREATE ON SCHEMA public TO PUBLIC;
--! public.public: every role may make objects in the schema public
-- fault: a schema of one's own as well
GRANT ALL ON SCHEMA app TO PUBLIC;
--! app.app: every role may make objects in the schema app
--! public.public: every role may make objects in the schema public
-- mended
REVOKE CREATE ON SCHEMA app, public FROM PUBLIC;
