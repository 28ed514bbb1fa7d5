-- What becomes of a database that is not changed by migrations alone: run on top of them, roles.sql
-- and rows.sql. Below each statement stands what it is found as, and on which object.

-- The schema.

CREATE TABLE scratch (id int, note text);

DROP TABLE ssot_registry;

DROP INDEX composio_logs_status_idx;

CREATE INDEX composio_logs_execution_time_ms_idx ON composio_logs (execution_time_ms);

ALTER TABLE users ADD COLUMN nickname text;

ALTER TABLE blueprints DROP COLUMN published_at;

ALTER TABLE blueprints ALTER COLUMN description TYPE varchar(2000);

ALTER TABLE blueprints ALTER COLUMN schema_version DROP NOT NULL;

ALTER TABLE blueprints ALTER COLUMN status SET DEFAULT 'published';

ALTER TABLE composio_logs DISABLE TRIGGER composio_logs_register_id;

ALTER TABLE shq_master_error_log DROP CONSTRAINT shq_master_error_log_severity_check;

ALTER TABLE shq_master_error_log DROP CONSTRAINT shq_master_error_log_user_id_fkey;

ALTER TABLE users DROP CONSTRAINT users_email_key;

ALTER TABLE users DROP CONSTRAINT users_unique_id_check;

ALTER TABLE users DROP CONSTRAINT users_unique_id_fkey;

GRANT DELETE ON shq_master_error_log TO service;

DELETE FROM schema_migrations WHERE version = '2025-10-23_create_composio_logs';

INSERT INTO schema_migrations (version) VALUES ('2025-10-24_scratch');

-- The rows.

-- An id that nobody registered.
UPDATE users SET unique_id = 'shq-01-imo-20251024080002-aaaaaaaaaaaaaaa9'
WHERE email = 'eve@example.com';

-- An id that is none.
UPDATE users SET unique_id = 'ada' WHERE email = 'ada@example.com';

-- Two people with one address.
UPDATE users SET email = 'ada@example.com' WHERE email = 'bob@example.com';

-- A value that is none of the four.
UPDATE shq_master_error_log SET severity = 'fatal';

-- An error of somebody who is not there.
UPDATE shq_master_error_log SET user_id = '00000000-0000-4000-8000-000000000099';

UPDATE blueprints SET schema_version = NULL WHERE slug = 'invoicing';

-- A call from before there was anything to call.
UPDATE composio_logs SET created_at = '1970-01-01 00:00:00+00';

-- A row that is registered under another process than its own.
UPDATE blueprints SET process_id = 'shq.01.imo.V1.20251020.user_accounts'
WHERE slug = 'onboarding';
