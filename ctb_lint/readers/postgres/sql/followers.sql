-- Relations whose writes go elsewhere: to whatever follows a publication, or where a rule sends them.
SELECT DISTINCT f.schema, f.name FROM (
    SELECT schemaname::text, tablename::text FROM pg_publication_tables
    UNION ALL
    SELECT n.nspname::text, c.relname::text
    FROM pg_rewrite r
    JOIN pg_class c ON c.oid = r.ev_class
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE r.rulename <> '_RETURN' AND r.ev_enabled <> 'D' -- own pg_class c.oid
) AS f (schema, name)
ORDER BY 1, 2
