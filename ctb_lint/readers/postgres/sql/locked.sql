-- The relations that another session has locked, or waits to lock, so that they cannot be opened.
WITH locked (relations) AS MATERIALIZED (
    SELECT coalesce(array_agg(DISTINCT l.relation), '{}')
    FROM pg_locks l
    WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
        AND l.pid IS DISTINCT FROM pg_backend_pid()
        AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
