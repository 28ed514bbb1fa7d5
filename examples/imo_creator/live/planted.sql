-- What becomes of a database that is not changed by migrations alone: run on top of them, roles.sql
-- and rows.sql. Below each statement stands what it is found as, and on which object.

-- The schema.

CREATE TABLE scratch (id int, note text);
-- planted: S048 S001 S002 S005 S006 S007 P001 T032 public.scratch

DROP TABLE ssot_registry;
-- planted: S049 public.ssot_registry

DROP INDEX composio_logs_status_idx;
-- planted: S045 public.composio_logs.composio_logs_status_idx

CREATE INDEX composio_logs_execution_time_ms_idx ON composio_logs (execution_time_ms);
-- planted: S046 public.composio_logs.composio_logs_execution_time_ms_idx

ALTER TABLE users ADD COLUMN nickname text;
-- planted: S041 public.users.nickname

ALTER TABLE blueprints DROP COLUMN published_at;
-- planted: S040 public.blueprints.published_at

ALTER TABLE blueprints ALTER COLUMN description TYPE varchar(2000);
-- planted: S042 public.blueprints.description

ALTER TABLE blueprints ALTER COLUMN schema_version DROP NOT NULL;
-- planted: S043 public.blueprints.schema_version

ALTER TABLE blueprints ALTER COLUMN status SET DEFAULT 'published';
-- planted: S044 public.blueprints.status

ALTER TABLE composio_logs DISABLE TRIGGER composio_logs_register_id;
-- planted: S054 public.composio_logs.composio_logs_register_id

ALTER TABLE shq_master_error_log DROP CONSTRAINT shq_master_error_log_severity_check;
-- planted: S047 public.shq_master_error_log.shq_master_error_log_severity_check

ALTER TABLE shq_master_error_log DROP CONSTRAINT shq_master_error_log_user_id_fkey;
-- planted: S051 public.shq_master_error_log.shq_master_error_log_user_id_fkey

ALTER TABLE users DROP CONSTRAINT users_email_key;
-- planted: S047 public.users.users_email_key

ALTER TABLE users DROP CONSTRAINT users_unique_id_check;
-- planted: S047 public.users.users_unique_id_check

ALTER TABLE users DROP CONSTRAINT users_unique_id_fkey;
-- planted: S051 public.users.users_unique_id_fkey
-- planted: T037 public.users

GRANT DELETE ON shq_master_error_log TO service;
-- planted: A011 S056 public.shq_master_error_log

DELETE FROM schema_migrations WHERE version = '2025-10-23_create_composio_logs';
-- planted: M013 migrations/2025-10-23_create_composio_logs.sql

INSERT INTO schema_migrations (version) VALUES ('2025-10-24_scratch');
-- planted: M014 public.schema_migrations

-- The rows.

-- An id that nobody registered.
UPDATE users SET unique_id = 'shq-01-imo-20251024080002-aaaaaaaaaaaaaaa9'
WHERE email = 'eve@example.com';
-- planted: T033 public.users.unique_id

-- An id that is none.
UPDATE users SET unique_id = 'ada' WHERE email = 'ada@example.com';
-- planted: T034 public.users.unique_id

-- Two people with one address.
UPDATE users SET email = 'ada@example.com' WHERE email = 'bob@example.com';
-- planted: E023 public.users.email

-- A value that is none of the four.
UPDATE shq_master_error_log SET severity = 'fatal';
-- planted: E020 public.shq_master_error_log.severity

-- An error of somebody who is not there.
UPDATE shq_master_error_log SET user_id = '00000000-0000-4000-8000-000000000099';
-- planted: D012 public.shq_master_error_log.user_id

-- A document of no version.
UPDATE blueprints SET schema_version = NULL WHERE slug = 'invoicing';
-- planted: E021 public.blueprints.schema_version

-- A call from before there was anything to call.
UPDATE composio_logs SET created_at = '1970-01-01 00:00:00+00';
-- planted: E025 public.composio_logs.created_at

-- A row that is registered under another process than its own.
UPDATE blueprints SET process_id = 'shq.01.imo.V1.20251020.user_accounts'
WHERE slug = 'onboarding';
-- planted: T040 public.blueprints.unique_id
