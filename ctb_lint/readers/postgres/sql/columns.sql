-- An expression that reads no column needs no table to be printed, and takes no lock: that is
-- every default. Of a relation that another session has locked nothing else is printed.
SELECT a.attrelid, a.attnum, a.attname::text, a.atttypid, a.atttypmod, a.attnotnull,
    a.attidentity::text, a.attgenerated::text, d.adbin IS NOT NULL,
    CASE
        WHEN d.adbin IS NULL THEN NULL
        WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0)
        WHEN a.attrelid <> ALL (locked.relations) THEN pg_get_expr(d.adbin, d.adrelid)
    END,
    a.attcollation, a.attacl::text[], pending.conname::text
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN locked
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_constraint pending ON pending.conrelid = a.attrelid
    AND pending.conkey = ARRAY[a.attnum] AND pending.contype = 'n' AND NOT pending.convalidated
WHERE a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
