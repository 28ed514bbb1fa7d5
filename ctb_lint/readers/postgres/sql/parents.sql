-- Who inherits from whom, partitions among them; not the indexes of partitions.
SELECT h.inhrelid, h.inhparent
FROM pg_inherits h
JOIN pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'p', 'f')
ORDER BY h.inhrelid, h.inhseqno
