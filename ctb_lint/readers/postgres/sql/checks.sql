-- The conditions of checks on tables.
SELECT o.oid,
    CASE WHEN o.conrelid <> ALL (locked.relations) THEN pg_get_expr(o.conbin, o.conrelid) END
FROM pg_constraint o
CROSS JOIN locked
WHERE o.oid = ANY ('{CHOSEN}')
