SELECT o.oid, n.nspname::text, o.collname::text
FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
