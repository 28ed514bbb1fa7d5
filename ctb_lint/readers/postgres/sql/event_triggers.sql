SELECT e.evtname::text, e.evtevent::text, n.nspname::text, p.proname::text, e.evtenabled::text
FROM pg_event_trigger e
JOIN pg_proc p ON p.oid = e.evtfoid
JOIN pg_namespace n ON n.oid = p.pronamespace
ORDER BY e.evtname
