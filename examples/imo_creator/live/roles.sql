-- Roles are those of the whole server, so that no migration makes them.

-- Whoever audits reads everything and writes nothing.
CREATE ROLE auditor LOGIN;
GRANT pg_read_all_data TO auditor;

CREATE ROLE service;
