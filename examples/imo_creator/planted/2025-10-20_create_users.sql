CREATE TABLE users ( -- planted: S002
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE,
    role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'editor', 'administrator')),
    unique_id heir_id NOT NULL UNIQUE REFERENCES ids (unique_id),
    orbt_layer layer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE users IS 'People who sign in.';

-- The registry has an index of this name already, so this one is silently never built.
CREATE INDEX IF NOT EXISTS idx_created_at ON users (created_at); -- planted: S012

-- The state of an account, and nothing that keeps it to the three that there are.
ALTER TABLE users ADD COLUMN status text NOT NULL DEFAULT 'active'; -- planted: E001
ALTER TABLE users ALTER COLUMN role SET DEFAULT 'owner'; -- planted: E003
ALTER TABLE users ADD COLUMN last_login timestamp; -- planted: S021
CREATE INDEX users_email_idx ON users (email); -- planted: S013
