CREATE TABLE blueprints ( -- planted: S007
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug text NOT NULL UNIQUE,
    manifest jsonb NOT NULL,
    owner_id uuid,
    unique_id heir_id NOT NULL UNIQUE REFERENCES ids (unique_id),
    process_id heir_process NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX blueprints_process_id_idx ON blueprints (process_id);
CREATE INDEX blueprints_owner_id_idx ON blueprints (owner_id);
COMMENT ON TABLE blueprints IS 'Workflow blueprints.';

-- The people are in users.
ALTER TABLE blueprints ADD FOREIGN KEY (owner_id) REFERENCES owners (id); -- planted: D003

CREATE INDEX blueprints_author_idx ON blueprints (author); -- planted: S016
ALTER TABLE blueprints ADD COLUMN price mony; -- planted: S020
ALTER TABLE blueprints ADD COLUMN layout json; -- planted: S022
ALTER TABLE blueprints ADD COLUMN reviewer_id uuid REFERENCES users (id); -- planted: S014
