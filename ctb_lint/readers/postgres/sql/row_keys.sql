-- Foreign keys of one column that hold for every row: validated, enforced, and with all their
-- triggers switched on.
SELECT o.conrelid, o.conkey[1]::integer, o.confrelid, o.confkey[1]::integer
FROM pg_constraint o
WHERE o.conrelid = ANY (%s::oid[]) AND o.contype = 'f' AND cardinality(o.conkey) = 1
    AND o.convalidated
    AND o.conenforced AND NOT o.conperiod -- since 18
    AND NOT EXISTS (
        SELECT FROM pg_trigger t
        WHERE t.tgconstraint = o.oid AND t.tgenabled IN ('D', 'R'))
