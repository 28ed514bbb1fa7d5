-- The columns of relations, each with the type below all its domains, and whether the role may
-- read it.
WITH RECURSIVE base AS (
    SELECT a.attrelid, a.attnum, a.attname, a.attcollation, a.atttypid AS type
    FROM pg_attribute a
    WHERE a.attrelid = ANY (%s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT b.attrelid, b.attnum, b.attname, b.attcollation, t.typbasetype
    FROM base b
    JOIN pg_type t ON t.oid = b.type AND t.typtype = 'd'
)
SELECT b.attrelid, b.attnum, b.attname::text, t.typname::text,
    CASE WHEN t.typtype = 'e' THEN 'E' ELSE t.typcategory END::text,
    coalesce(e.typnamespace, t.typnamespace) = 'pg_catalog'::regnamespace
        OR coalesce(e.typtype, t.typtype) = 'e',
    b.attcollation,
    coalesce(NOT o.collisdeterministic, false),
    has_column_privilege(b.attrelid, b.attnum, 'SELECT')
FROM base b
JOIN pg_type t ON t.oid = b.type
LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_collation o ON o.oid = b.attcollation
WHERE t.typtype <> 'd'
ORDER BY b.attrelid, b.attnum
