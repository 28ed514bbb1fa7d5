-- Relations by name, with the sizes that the statistics have: of a partitioned table the sum over
-- its leaves. -1 rows: nobody has ever looked. Last, whether the role may see where rows are
-- stored, and all of them are here, and whether policies decide which rows it sees.
WITH RECURSIVE wanted AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind
    FROM unnest(%s::text[], %s::text[]) AS w (schema, name)
    JOIN pg_namespace n ON n.nspname = w.schema
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
    WHERE c.relkind IN ('r', 'p', 'f')
), below (root, oid) AS (
    SELECT oid, oid FROM wanted
    UNION ALL
    SELECT b.root, i.inhrelid
    FROM below b
    JOIN pg_class parent ON parent.oid = b.oid AND parent.relkind = 'p'
    JOIN pg_inherits i ON i.inhparent = b.oid
), sizes AS (
    SELECT b.root,
        CASE WHEN min(c.reltuples) < 0 THEN -1 ELSE sum(c.reltuples) END AS reltuples,
        bool_or(c.relkind = 'f') AS foreign
    FROM below b
    JOIN pg_class c ON c.oid = b.oid
    WHERE c.relkind <> 'p'
    GROUP BY b.root
)
SELECT w.oid, w.nspname::text, w.relname::text, w.relkind::text,
    coalesce(s.reltuples, 0)::float8,
    NOT coalesce(s.foreign, false) AND has_table_privilege(w.oid, 'SELECT'),
    row_security_active(w.oid)
FROM wanted w
LEFT JOIN sizes s ON s.root = w.oid
