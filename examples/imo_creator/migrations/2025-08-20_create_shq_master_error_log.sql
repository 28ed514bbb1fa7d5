-- One row per error that any component reports. Reporting must never fail for want of a
-- registration, so a trigger registers the id.

CREATE TABLE shq_master_error_log (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    error_code text NOT NULL CHECK (error_code <> ''),
    error_message text NOT NULL,
    error_stack text,
    context jsonb,
    severity text NOT NULL DEFAULT 'error'
        CHECK (severity IN ('critical', 'error', 'warning', 'info')),
    source_system text,
    source_component text,
    unique_id text NOT NULL UNIQUE REFERENCES ids (unique_id) ON DELETE RESTRICT
        CHECK (unique_id ~ '^shq-0[1-4]-imo-[0-9]{14}-[0-9A-Za-z]{16}$'),
    process_id text NOT NULL
        CHECK (process_id ~ '^shq\.0[1-4]\.imo\.V[0-9]{1,3}\.[0-9]{8}\.[a-z][a-z0-9_-]*$'),
    orbt_layer integer NOT NULL DEFAULT 3 CHECK (orbt_layer BETWEEN 1 AND 4),
    user_id uuid,
    session_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz CHECK (resolved_at >= created_at),
    resolution_notes text
);

CREATE INDEX shq_master_error_log_error_code_idx ON shq_master_error_log (error_code);
CREATE INDEX shq_master_error_log_process_id_idx ON shq_master_error_log (process_id);
CREATE INDEX shq_master_error_log_user_id_idx ON shq_master_error_log (user_id);
CREATE INDEX shq_master_error_log_session_id_idx ON shq_master_error_log (session_id);
CREATE INDEX shq_master_error_log_source_system_idx ON shq_master_error_log (source_system);
CREATE INDEX shq_master_error_log_severity_created_at_idx
    ON shq_master_error_log (severity, created_at);

CREATE TRIGGER shq_master_error_log_register_id
    BEFORE INSERT ON shq_master_error_log
    FOR EACH ROW EXECUTE FUNCTION register_id();

COMMENT ON TABLE shq_master_error_log IS 'Errors of all components, with the process they broke.';

INSERT INTO ids (unique_id, process_id, entity_type, entity_id)
VALUES (
    'shq-03-imo-20250820090000-f5zr37e3p3e2z8iq',
    'shq.03.imo.V1.20250820.error_tracking',
    'table',
    'shq_master_error_log'
);
