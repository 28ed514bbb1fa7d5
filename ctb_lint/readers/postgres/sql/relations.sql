-- Tables, views and composite types. Those of extensions come along, marked, as foreign keys may
-- lead to them.
SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, c.relpersistence::text,
    c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
    CASE WHEN c.relkind = 'p' AND c.oid <> ALL (locked.relations) THEN pg_get_partkeydef(c.oid) END,
    c.reloptions, c.relacl::text[], pg_get_userbyid(c.relowner)::text,
    c.oid IN (
        SELECT e.objid FROM pg_depend e
        WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass
            AND e.deptype = 'e')
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN locked
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
