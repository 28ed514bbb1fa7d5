-- What ANALYZE found in a column: how far its order is that of the rows as they are stored, the
-- share of NULL, and values between which about the same number of rows lie.
SELECT coalesce(s.correlation, 0)::float8, coalesce(s.null_frac, 0)::float8,
    coalesce(s.histogram_bounds::text::text[], '{}')
FROM pg_stats s
WHERE s.schemaname = %s AND s.tablename = %s AND s.attname = %s
ORDER BY s.inherited DESC
LIMIT 1
