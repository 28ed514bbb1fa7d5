-- Where sequences stand. Asking locks each until the transaction ends, and would wait for whoever
-- changes it: so some at a time, and none of those.
WITH locks AS MATERIALIZED (
    SELECT l.database, l.relation, l.mode, l.pid FROM pg_locks l WHERE l.locktype = 'relation'
)
SELECT c.oid,
    CASE
        WHEN NOT has_sequence_privilege(c.oid, 'SELECT, USAGE')
            THEN 'the role may not read it'
        WHEN busy.relation IS NOT NULL
            THEN 'another session has it locked'
        WHEN c.relpersistence = 'u' AND pg_is_in_recovery()
            THEN 'a standby does not have it'
    END,
    CASE WHEN has_sequence_privilege(c.oid, 'SELECT, USAGE') AND busy.relation IS NULL
            AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery())
        THEN pg_sequence_last_value(c.oid) END
FROM pg_class c
LEFT JOIN (
    SELECT DISTINCT l.relation
    FROM locks l
    WHERE l.pid IS DISTINCT FROM pg_backend_pid()
        AND l.mode IN (
            'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
        AND l.database = (SELECT max(m.database) FROM locks m WHERE m.pid = pg_backend_pid())
) busy ON busy.relation = c.oid
WHERE c.relkind = 'S' AND c.oid = ANY ('{CHOSEN}')
