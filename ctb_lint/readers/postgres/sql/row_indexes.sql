-- Indexes of relations whose keys are plain columns: whether they hold every row, and whether they
-- order values as the columns themselves do.
SELECT i.indrelid, i.indkey::text, i.indnkeyatts::integer, i.indisprimary,
    i.indisunique, i.indpred IS NULL,
    am.amname = 'btree' AND NOT EXISTS (
        SELECT FROM generate_series(0, i.indnkeyatts - 1) AS k
        LEFT JOIN pg_opclass o ON o.oid = i.indclass[k]
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]
        WHERE NOT o.opcdefault OR i.indcollation[k] <> a.attcollation)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am am ON am.oid = c.relam
WHERE i.indrelid = ANY (%s::oid[]) AND i.indisvalid AND i.indisready AND i.indexprs IS NULL
