-- Schemas, and who may do what in them.
SELECT n.nspname::text, n.nspacl::text[], pg_get_userbyid(n.nspowner)::text
FROM pg_namespace n
WHERE true -- own pg_namespace n.oid
ORDER BY n.nspname
