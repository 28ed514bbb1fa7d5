-- Relations whose writes go elsewhere, and which of them do: to whatever follows a publication, or where a rule sends them.
SELECT f.schema, f.name, array_agg(DISTINCT f.event ORDER BY f.event) FROM (
    SELECT t.schemaname::text, t.tablename::text, e.event
    FROM pg_publication_tables t
    JOIN pg_publication p ON p.pubname = t.pubname
    CROSS JOIN LATERAL (
        VALUES ('delete', p.pubdelete), ('insert', p.pubinsert), ('update', p.pubupdate)
    ) AS e (event, published)
    WHERE e.published
    UNION ALL
    SELECT n.nspname::text, c.relname::text,
        CASE r.ev_type WHEN '2' THEN 'update' WHEN '3' THEN 'insert' WHEN '4' THEN 'delete' END
    FROM pg_rewrite r
    JOIN pg_class c ON c.oid = r.ev_class
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE r.rulename <> '_RETURN' AND r.ev_enabled <> 'D' -- own pg_class c.oid
) AS f (schema, name, event)
GROUP BY 1, 2
ORDER BY 1, 2
