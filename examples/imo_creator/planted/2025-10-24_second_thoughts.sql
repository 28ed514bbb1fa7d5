CREATE TABLE users (id uuid PRIMARY KEY); -- planted: M010

CREATE TABLE sessions ( -- planted: S001
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    process_id heir_process NOT NULL,
    orbt_layer layer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessions_process_id_idx ON sessions (process_id);
COMMENT ON TABLE sessions IS 'Who is signed in, and since when.';

CREATE TABLE invitations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    unique_id heir_id NOT NULL UNIQUE REFERENCES ids (unique_id),
    process_id heir_process NOT NULL, -- planted: S010
    orbt_layer layer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE invitations IS 'Invitations to the project that nobody has answered yet.';

CREATE TABLE devices ( -- planted: P001
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    unique_id heir_id NOT NULL UNIQUE REFERENCES ids (unique_id),
    process_id heir_process NOT NULL,
    orbt_layer layer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX devices_process_id_idx ON devices (process_id);

-- A table of the next file.
ALTER TABLE payments ADD COLUMN amount numeric; -- planted: M006

-- A table of no file at all.
ALTER TABLE invoices ADD COLUMN paid boolean; -- planted: M015
