-- The relations that another session has locked, or waits to lock, so that they cannot be opened.
-- Which database this is shows in the locks of this very question: shared catalogs have 0.
WITH locks AS MATERIALIZED (
    SELECT l.database, l.relation, l.mode, l.pid FROM pg_locks l WHERE l.locktype = 'relation'
), locked (relations) AS MATERIALIZED (
    SELECT coalesce(array_agg(DISTINCT l.relation), '{}')
    FROM locks l
    WHERE l.mode = 'AccessExclusiveLock' AND l.pid IS DISTINCT FROM pg_backend_pid()
        AND l.database = (SELECT max(m.database) FROM locks m WHERE m.pid = pg_backend_pid()))
