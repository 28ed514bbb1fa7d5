-- Indexes that no constraint owns and no parent has as well. Only an expression is printed.
SELECT i.indrelid, i.indexrelid, c.relname::text, i.indisunique, am.amname::text,
    i.indkey::text, i.indnkeyatts, i.indoption::text, i.indclass::text, i.indcollation::text,
    i.indnullsnotdistinct, -- since 15
    false, -- before 15
    i.indisvalid, i.indexprs IS NOT NULL, i.indpred IS NOT NULL,
    CASE WHEN i.indpred IS NOT NULL AND i.indrelid <> ALL (locked.relations)
        THEN pg_get_expr(i.indpred, i.indrelid) END,
    CASE WHEN i.indexprs IS NOT NULL AND i.indrelid <> ALL (locked.relations)
        THEN pg_get_indexdef(i.indexrelid) END,
    CASE WHEN i.indexprs IS NOT NULL AND i.indrelid <> ALL (locked.relations)
        THEN ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false)
            FROM generate_series(1, i.indnkeyatts) AS k ORDER BY k) END
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am am ON am.oid = c.relam
CROSS JOIN locked
WHERE NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND i.indexrelid NOT IN (
        SELECT o.conindid FROM pg_constraint o WHERE o.contype IN ('p', 'u', 'x'))
