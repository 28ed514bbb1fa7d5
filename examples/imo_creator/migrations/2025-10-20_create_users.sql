CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE CHECK (email ~ '^[^@\s]+@[^@\s]+$'),
    name text,
    password_hash text CHECK (password_hash LIKE '$argon2id$%'),
    role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'editor', 'administrator')),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'closed')),
    unique_id text NOT NULL UNIQUE REFERENCES ids (unique_id) ON DELETE RESTRICT
        CHECK (unique_id ~ '^shq-0[1-4]-imo-[0-9]{14}-[0-9A-Za-z]{16}$'),
    process_id text NOT NULL
        CHECK (process_id ~ '^shq\.0[1-4]\.imo\.V[0-9]{1,3}\.[0-9]{8}\.[a-z][a-z0-9_-]*$'),
    orbt_layer integer NOT NULL DEFAULT 1 CHECK (orbt_layer BETWEEN 1 AND 4),
    metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    last_login timestamptz
);

CREATE INDEX users_process_id_idx ON users (process_id);
CREATE INDEX users_role_status_idx ON users (role, status);
CREATE INDEX users_created_at_idx ON users (created_at);

COMMENT ON TABLE users IS 'People who sign in, with the role that decides what they may do.';

CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE TRIGGER users_touch BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- Errors keep the person they happened to for as long as there is one.
ALTER TABLE shq_master_error_log
    ADD FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL;

INSERT INTO ids (unique_id, process_id, entity_type, entity_id)
VALUES (
    'shq-01-imo-20251020090000-9y7jzb6cn6z43dvy',
    'shq.01.imo.V1.20251020.user_accounts',
    'table',
    'users'
);
