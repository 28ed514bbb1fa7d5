-- The sequence of an identity column (dependency i) is that column's property, and no object of
-- its own.
SELECT c.oid, n.nspname::text, c.relname::text, s.seqtypid, s.seqmin, s.seqmax, s.seqincrement,
    s.seqcycle, d.deptype = 'i', d.refobjid, d.refobjsubid
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
WHERE true -- own pg_class c.oid
