SELECT c.oid, c.reltuples, c.relpages, pg_stat_get_numscans(c.oid),
    pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid),
    pg_stat_get_tuples_deleted(c.oid)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm')
    -- own pg_class c.oid
