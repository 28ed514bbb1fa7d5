CREATE TABLE composio_logs ( -- planted: T037
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tool_name text NOT NULL,
    tool_id text,
    unique_id heir_id NOT NULL UNIQUE,
    process_id heir_process NOT NULL,
    orbt_layer layer NOT NULL DEFAULT 3,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX composio_logs_process_id_idx ON composio_logs (process_id);
CREATE INDEX composio_logs_tool_id_idx ON composio_logs (tool_id);
COMMENT ON TABLE composio_logs IS 'Calls of external tools.';

CREATE TABLE composio_tools (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    unique_id heir_id NOT NULL UNIQUE REFERENCES ids (unique_id),
    process_id uuid NOT NULL, -- planted: S003
    orbt_layer layer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX composio_tools_process_id_idx ON composio_tools (process_id);
COMMENT ON TABLE composio_tools IS 'External tools that may be called.';

-- Text cannot refer to a uuid.
ALTER TABLE composio_logs ADD FOREIGN KEY (tool_id) REFERENCES composio_tools (id); -- planted: D004

-- The column exists as text; this does nothing, and whoever wrote it believes it is jsonb.
ALTER TABLE composio_logs ADD COLUMN IF NOT EXISTS tool_name jsonb; -- planted: S018

-- A comma too many, and nothing after it runs.
CREATE TABLE composio_budgets (
    id uuid PRIMARY KEY,
    spent numeric NOT NULL,
); -- planted: M001
