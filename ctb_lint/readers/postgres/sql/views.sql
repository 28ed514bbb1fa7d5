-- To print a view PostgreSQL locks what it reads until the transaction ends, and would wait for
-- whoever has that locked: so some at a time, and none of those.
SELECT c.oid,
    CASE WHEN c.oid <> ALL (locked.relations) AND NOT EXISTS (
            SELECT FROM pg_rewrite r
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                AND d.refclassid = 'pg_class'::regclass
            WHERE r.ev_class = c.oid AND d.refobjid = ANY (locked.relations))
        THEN pg_get_viewdef(c.oid) END
FROM pg_class c
CROSS JOIN locked
WHERE c.oid = ANY ('{CHOSEN}')
