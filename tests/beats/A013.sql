-- clean
CREATE TABLE orders (id int PRIMARY KEY);
-- near miss: a role that may do almost everything
ALTER ROLE auditor_a013 CREATEROLE CREATEDB REPLICATION BYPASSRLS;
-- near miss: a member of a superuser's role is none before SET ROLE
CREATE ROLE beats_root SUPERUSER;
GRANT beats_root TO auditor_a013;
-- fault: a superuser
ALTER ROLE auditor_a013 SUPERUSER;
--! beats_a013: auditor_a013 is a superuser: no policy and no privilege holds it back
-- mended
ALTER ROLE auditor_a013 NOSUPERUSER;
DROP ROLE beats_root;
