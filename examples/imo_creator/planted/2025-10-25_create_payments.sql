CREATE TABLE payments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    unique_id heir_id NOT NULL UNIQUE REFERENCES ids (unique_id),
    process_id heir_process NOT NULL,
    orbt_layer layer NOT NULL DEFAULT 2,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payments_process_id_idx ON payments (process_id);
COMMENT ON TABLE payments IS 'Payments, one row each.';

CREATE TABLE refunds (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    unique_id heir_id NOT NULL UNIQUE REFERENCES ids (unique_id),
    process_id heir_process NOT NULL,
    orbt_layer integer NOT NULL DEFAULT 2, -- planted: E004
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refunds_process_id_idx ON refunds (process_id);
COMMENT ON TABLE refunds IS 'Payments that went back.';
