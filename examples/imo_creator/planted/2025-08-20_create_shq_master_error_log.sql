-- Index clauses as MySQL has them.
CREATE TABLE shq_master_error_log (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    error_code text NOT NULL,
    error_message text NOT NULL,
    severity text NOT NULL DEFAULT 'error'
        CHECK (severity IN ('critical', 'error', 'warning', 'info')),
    unique_id heir_id NOT NULL UNIQUE REFERENCES ids (unique_id),
    process_id heir_process NOT NULL,
    orbt_layer layer NOT NULL DEFAULT 3,
    created_at timestamptz NOT NULL DEFAULT now(),

    INDEX idx_error_code (error_code), -- planted: S011
    INDEX idx_error_process_id (process_id), -- planted: S011
    INDEX idx_error_created_at (severity, created_at DESC) -- planted: S011
);
COMMENT ON TABLE shq_master_error_log IS 'Errors of all components.';
