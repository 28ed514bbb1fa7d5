-- The same project on its bad days. Each fault is marked on the line where it is found.
-- This file is sound, so that everything after it has a registry to obey.

CREATE DOMAIN heir_id AS text
    CHECK (VALUE ~ '^shq-0[1-4]-imo-[0-9]{14}-[0-9A-Za-z]{16}$');
CREATE DOMAIN heir_process AS text
    CHECK (VALUE ~ '^shq\.0[1-4]\.imo\.V[0-9]{1,3}\.[0-9]{8}\.[a-z][a-z0-9_-]*$');
CREATE DOMAIN layer AS integer CHECK (VALUE BETWEEN 1 AND 4);

CREATE TABLE ids (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    unique_id heir_id NOT NULL UNIQUE,
    process_id heir_process NOT NULL,
    entity_type text NOT NULL,
    entity_id text,
    orbt_layer layer NOT NULL DEFAULT 4,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_process_id ON ids (process_id);
CREATE INDEX idx_entity_id ON ids (entity_id);
CREATE INDEX idx_created_at ON ids (created_at);
COMMENT ON TABLE ids IS 'Registry of every row and table that has a HEIR id.';
