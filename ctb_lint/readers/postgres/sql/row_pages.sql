-- The pages that a table has now; of a partitioned table those of its largest leaf.
WITH RECURSIVE below (oid) AS (
    SELECT %s::oid
    UNION ALL
    SELECT i.inhrelid
    FROM below b
    JOIN pg_class parent ON parent.oid = b.oid AND parent.relkind = 'p'
    JOIN pg_inherits i ON i.inhparent = b.oid
)
SELECT coalesce(max(pg_relation_size(oid)), 0)
    / current_setting('block_size')::bigint
FROM below
