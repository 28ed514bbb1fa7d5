-- All indexes, those of constraints and of partitions too.
SELECT i.indrelid, c.relname::text, i.indisunique, o.conindid IS NOT NULL, i.indisvalid,
    i.indisready, b.index_relid IS NOT NULL, c.relpages, pg_stat_get_numscans(i.indexrelid),
    pg_stat_get_lastscan(i.indexrelid) -- since 16
    NULL::timestamptz -- before 16
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (
    SELECT DISTINCT conindid FROM pg_constraint WHERE contype IN ('p', 'u', 'x')
) o ON o.conindid = i.indexrelid
LEFT JOIN (SELECT DISTINCT index_relid FROM pg_stat_progress_create_index) b
    ON b.index_relid = i.indexrelid
WHERE true -- own pg_class i.indrelid
