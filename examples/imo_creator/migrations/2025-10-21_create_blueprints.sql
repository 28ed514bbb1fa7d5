CREATE TABLE blueprints (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    description text,
    manifest jsonb NOT NULL,
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'retired')),
    unique_id text NOT NULL UNIQUE REFERENCES ids (unique_id) ON DELETE RESTRICT
        CHECK (unique_id ~ '^shq-0[1-4]-imo-[0-9]{14}-[0-9A-Za-z]{16}$'),
    process_id text NOT NULL
        CHECK (process_id ~ '^shq\.0[1-4]\.imo\.V[0-9]{1,3}\.[0-9]{8}\.[a-z][a-z0-9_-]*$'),
    orbt_layer integer NOT NULL DEFAULT 1 CHECK (orbt_layer BETWEEN 1 AND 4),
    blueprint_version_hash text CHECK (blueprint_version_hash ~ '^[0-9a-f]{64}$'),
    schema_version text NOT NULL DEFAULT 'HEIR/1.0',
    owner_id uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
);

CREATE INDEX blueprints_process_id_idx ON blueprints (process_id);
CREATE INDEX blueprints_owner_id_idx ON blueprints (owner_id);
CREATE INDEX blueprints_status_idx ON blueprints (status);

COMMENT ON TABLE blueprints IS 'Workflow blueprints, each with its manifest and its owner.';

CREATE TRIGGER blueprints_touch BEFORE UPDATE ON blueprints
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

INSERT INTO ids (unique_id, process_id, entity_type, entity_id)
VALUES (
    'shq-01-imo-20251021090000-rkttnjfbf5jxvlsi',
    'shq.01.imo.V1.20251021.blueprint_store',
    'table',
    'blueprints'
);
