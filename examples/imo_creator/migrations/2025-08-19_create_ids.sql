-- The registry. A row of any other table may exist only once its id stands here.

CREATE TABLE ids (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    unique_id text NOT NULL UNIQUE
        CHECK (unique_id ~ '^shq-0[1-4]-imo-[0-9]{14}-[0-9A-Za-z]{16}$'),
    process_id text NOT NULL
        CHECK (process_id ~ '^shq\.0[1-4]\.imo\.V[0-9]{1,3}\.[0-9]{8}\.[a-z][a-z0-9_-]*$'),
    entity_type text NOT NULL,
    entity_id text,
    schema_version text NOT NULL DEFAULT 'HEIR/1.0',
    blueprint_version text,
    orbt_layer integer NOT NULL DEFAULT 4 CHECK (orbt_layer BETWEEN 1 AND 4),
    metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_accessed timestamptz NOT NULL DEFAULT now(),
    access_count integer NOT NULL DEFAULT 0 CHECK (access_count >= 0)
);

CREATE INDEX ids_process_id_idx ON ids (process_id);
CREATE INDEX ids_entity_type_idx ON ids (entity_type);
CREATE INDEX ids_entity_id_idx ON ids (entity_id);
CREATE INDEX ids_created_at_idx ON ids (created_at);

COMMENT ON TABLE ids IS 'Registry of every row and table that has a HEIR id.';

-- For tables that must accept a row whether or not somebody registered it before.
CREATE FUNCTION register_id() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO ids (unique_id, process_id, entity_type, entity_id, orbt_layer)
    VALUES (NEW.unique_id, NEW.process_id, TG_TABLE_NAME, NEW.id::text, NEW.orbt_layer)
    ON CONFLICT (unique_id) DO NOTHING;
    RETURN NEW;
END
$$;

INSERT INTO ids (unique_id, process_id, entity_type, entity_id)
VALUES (
    'shq-03-imo-20250819090000-k9p34y6n3wd25rq4',
    'shq.03.imo.V1.20250819.id_registry',
    'table',
    'ids'
);
