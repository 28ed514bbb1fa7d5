-- NOT NULL constraints are the column's; what a partition or child table has from its parent is
-- the parent's. A domain's check reads no column. Those of tables are printed later: what is alike
-- in the digest of its tree, and in the names of its columns, only once.
SELECT o.conrelid, o.contypid, o.oid, o.conname::text, o.contype::text, o.conkey,
    CASE WHEN o.conrelid <> 0 THEN sha256(convert_to(o.conbin::text, 'UTF8')) END,
    CASE WHEN o.conrelid = 0 THEN pg_get_expr(o.conbin, 0) END,
    o.confrelid, o.confkey, o.confdeltype::text, o.confupdtype::text, o.confmatchtype::text,
    o.confdelsetcols, -- since 15
    NULL::int2[], -- before 15
    o.condeferrable, o.condeferred, o.convalidated,
    o.conenforced, o.conperiod, -- since 18
    true, false, -- before 18
    o.contype = 'c' AND o.connoinherit,
    i.indnullsnotdistinct, -- since 15
    false, -- before 15
    CASE WHEN i.indnatts > i.indnkeyatts THEN i.indkey::text END, i.indnkeyatts,
    am.amname::text, i.indpred IS NOT NULL,
    CASE WHEN o.contype = 'x' AND o.conrelid <> ALL (locked.relations)
        THEN pg_get_constraintdef(o.oid) END,
    CASE WHEN o.contype = 'x' AND i.indpred IS NOT NULL AND o.conrelid <> ALL (locked.relations)
        THEN pg_get_expr(i.indpred, i.indrelid) END
FROM pg_constraint o
JOIN pg_namespace n ON n.oid = o.connamespace
CROSS JOIN locked
LEFT JOIN pg_index i ON i.indexrelid = o.conindid AND o.contype IN ('p', 'u', 'x')
LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
LEFT JOIN pg_am am ON am.oid = ic.relam
WHERE o.contype IN ('p', 'u', 'c', 'f', 'x') AND o.conparentid = 0
    AND (o.conislocal OR o.coninhcount = 0) AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
