CREATE TABLE ssot_registry (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    unique_id text NOT NULL UNIQUE REFERENCES ids (unique_id) ON DELETE RESTRICT
        CHECK (unique_id ~ '^shq-0[1-4]-imo-[0-9]{14}-[0-9A-Za-z]{16}$'),
    process_id text NOT NULL
        CHECK (process_id ~ '^shq\.0[1-4]\.imo\.V[0-9]{1,3}\.[0-9]{8}\.[a-z][a-z0-9_-]*$'),
    orbt_layer integer NOT NULL DEFAULT 2 CHECK (orbt_layer BETWEEN 1 AND 4),
    ssot jsonb NOT NULL,
    schema_version text NOT NULL DEFAULT 'HEIR/1.0',
    blueprint_id uuid REFERENCES blueprints (id) ON DELETE RESTRICT,
    blueprint_version_hash text CHECK (blueprint_version_hash ~ '^[0-9a-f]{64}$'),
    created_by_id uuid REFERENCES users (id) ON DELETE SET NULL,
    app_name text,
    stage text,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ssot_registry_process_id_idx ON ssot_registry (process_id);
CREATE INDEX ssot_registry_blueprint_id_idx ON ssot_registry (blueprint_id);
CREATE INDEX ssot_registry_created_by_id_idx ON ssot_registry (created_by_id);
CREATE INDEX ssot_registry_app_name_stage_idx ON ssot_registry (app_name, stage);
CREATE INDEX ssot_registry_created_at_idx ON ssot_registry (created_at);

COMMENT ON TABLE ssot_registry IS 'Documents that are the only source of what they say.';

INSERT INTO ids (unique_id, process_id, entity_type, entity_id)
VALUES (
    'shq-02-imo-20251022090000-47wqal9vq24zklmv',
    'shq.02.imo.V1.20251022.document_store',
    'table',
    'ssot_registry'
);
