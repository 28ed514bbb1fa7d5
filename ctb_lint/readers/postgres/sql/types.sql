-- Types of one's own, but for arrays and the row types of tables.
SELECT t.oid, n.nspname::text, t.typname::text, t.typtype::text, t.typisdefined, t.typrelid,
    t.typbasetype, t.typtypmod, t.typnotnull, pg_get_expr(t.typdefaultbin, 0), t.typcollation
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typtype IN ('e', 'd', 'r', 'm', 'b', 'c', 'p') AND (c.oid IS NULL OR c.relkind = 'c')
    AND NOT EXISTS (SELECT FROM pg_type el WHERE el.typarray = t.oid)
    -- own pg_type t.oid
