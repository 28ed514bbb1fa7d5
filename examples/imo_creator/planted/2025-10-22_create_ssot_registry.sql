CREATE TABLE ssot_registry (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    ssot jsonb NOT NULL,
    unique_id heir_id NOT NULL UNIQUE REFERENCES ids (unique_id),
    process_id heir_process, -- planted: S004
    orbt_layer layer NOT NULL DEFAULT 2,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ssot_registry_process_id_idx ON ssot_registry (process_id);
COMMENT ON TABLE ssot_registry IS 'Documents that are the only source of what they say.';

-- An id in another order than the standard's, and a process without its version.
INSERT INTO ids (unique_id, process_id, entity_type, entity_id)
VALUES ('shq-imo-03-20251022090000-47wqal9vq24zklmv', -- planted: T030
        'shq.02.imo.V1.20251022.document_store', 'table', 'ssot_registry');
INSERT INTO ids (unique_id, process_id, entity_type, entity_id)
VALUES ('shq-02-imo-20251022090001-8c1xk5t0hn7ub3ze',
        'shq.02.imo.20251022.document_store', -- planted: T031
        'table', 'ssot_registry');

-- Copied from a MySQL project.
CREATE TABLE ssot_drafts (id int AUTO_INCREMENT PRIMARY KEY, ssot text); -- planted: M009
