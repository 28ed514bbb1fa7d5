-- The runner's own table: it says which files a database has seen.

CREATE TABLE schema_migrations (
    version text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE schema_migrations IS 'Which migrations this database has applied, and when.';
