CREATE TABLE composio_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tool_name text NOT NULL,
    unique_id text NOT NULL UNIQUE REFERENCES ids (unique_id) ON DELETE RESTRICT
        CHECK (unique_id ~ '^shq-0[1-4]-imo-[0-9]{14}-[0-9A-Za-z]{16}$'),
    process_id text NOT NULL
        CHECK (process_id ~ '^shq\.0[1-4]\.imo\.V[0-9]{1,3}\.[0-9]{8}\.[a-z][a-z0-9_-]*$'),
    orbt_layer integer NOT NULL DEFAULT 3 CHECK (orbt_layer BETWEEN 1 AND 4),
    blueprint_version text,
    request_data jsonb,
    response_data jsonb,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'succeeded', 'failed')),
    execution_time_ms integer CHECK (execution_time_ms >= 0),
    error_message text,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX composio_logs_tool_name_idx ON composio_logs (tool_name);
CREATE INDEX composio_logs_process_id_idx ON composio_logs (process_id);
CREATE INDEX composio_logs_status_idx ON composio_logs (status);
CREATE INDEX composio_logs_created_at_idx ON composio_logs (created_at);

CREATE TRIGGER composio_logs_register_id
    BEFORE INSERT ON composio_logs
    FOR EACH ROW EXECUTE FUNCTION register_id();

COMMENT ON TABLE composio_logs IS 'Calls of external tools: what was asked, answered and paid for.';

-- An error that a call caused names the call.
ALTER TABLE shq_master_error_log
    ADD COLUMN composio_log_id uuid REFERENCES composio_logs (id) ON DELETE SET NULL;
CREATE INDEX shq_master_error_log_composio_log_id_idx ON shq_master_error_log (composio_log_id);

INSERT INTO ids (unique_id, process_id, entity_type, entity_id)
VALUES (
    'shq-03-imo-20251023090000-p0u4dq8wy2s6ma7t',
    'shq.03.imo.V1.20251023.tool_calls',
    'table',
    'composio_logs'
);
