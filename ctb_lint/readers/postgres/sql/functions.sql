-- The functions that a range type brings are that type's.
SELECT p.oid, n.nspname::text, p.proname::text, p.prokind::text, p.proargtypes::text,
    pg_get_function_result(p.oid), l.lanname::text, p.prosecdef, p.proconfig, p.prosrc,
    p.provolatile::text, p.proacl::text[], pg_get_userbyid(p.proowner)::text
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
WHERE p.oid NOT IN (
        SELECT i.objid FROM pg_depend i
        WHERE i.classid = 'pg_proc'::regclass AND i.refclassid = 'pg_type'::regclass
            AND i.deptype = 'i')
    -- own pg_proc p.oid
