-- The role that asks, and whose privileges it has.
SELECT r.rolname::text, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb,
    r.rolreplication,
    CASE WHEN r.rolsuper THEN '{}' ELSE ARRAY(
        SELECT m.rolname::text FROM pg_roles m
        WHERE m.oid <> r.oid AND pg_has_role(r.oid, m.oid, 'MEMBER')) END
FROM pg_roles r
WHERE r.rolname = current_user
