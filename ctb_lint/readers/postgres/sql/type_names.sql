-- What the types are called that are used somewhere: the schema and name of the element, whether
-- it is an array of that, what format_type says, and the collation that goes without saying. The
-- storage tells real arrays from int2vector, and domains over arrays had an element before
-- PostgreSQL 14.
SELECT used.oid, used.modifier, n.nspname::text, b.typname::text, b.oid <> t.oid,
    format_type(b.oid, used.modifier), t.typcollation
FROM unnest(%s::oid[], %s::integer[]) AS used (oid, modifier)
JOIN pg_type t ON t.oid = used.oid
JOIN pg_type b ON b.oid = CASE
    WHEN t.typelem <> 0 AND t.typlen = -1 AND t.typstorage <> 'p' AND t.typtype <> 'd'
    THEN t.typelem ELSE t.oid END
JOIN pg_namespace n ON n.oid = b.typnamespace
