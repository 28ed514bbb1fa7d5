-- Triggers, but for those that a constraint needs, and the clones on partitions.
SELECT t.tgrelid, t.oid, t.tgname::text, t.tgtype, fn.nspname::text, f.proname::text,
    t.tgqual IS NOT NULL,
    CASE WHEN t.tgqual IS NOT NULL AND t.tgrelid <> ALL (locked.relations)
        THEN pg_get_triggerdef(t.oid) END,
    t.tgattr::text, t.tgenabled::text, t.tgconstraint <> 0
FROM pg_trigger t
JOIN pg_proc f ON f.oid = t.tgfoid
JOIN pg_namespace fn ON fn.oid = f.pronamespace
CROSS JOIN locked
WHERE NOT t.tgisinternal
    AND t.tgparentid = 0
