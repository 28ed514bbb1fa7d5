-- Those that an index does not take by itself.
SELECT o.oid, n.nspname::text, o.opcname::text
FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
WHERE NOT o.opcdefault
