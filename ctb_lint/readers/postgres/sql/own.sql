AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND OID NOT IN (
        SELECT e.objid FROM pg_depend e
        WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'CATALOG'::regclass
            AND e.deptype = 'e')
