-- A few sound rows. Ids are registered before the row that has them; error log and tool calls
-- register their own.

INSERT INTO ids (unique_id, process_id, entity_type, orbt_layer) VALUES
    ('shq-01-imo-20251024080000-aaaaaaaaaaaaaaa1', 'shq.01.imo.V1.20251020.user_accounts', 'users', 1),
    ('shq-01-imo-20251024080001-aaaaaaaaaaaaaaa2', 'shq.01.imo.V1.20251020.user_accounts', 'users', 1),
    ('shq-01-imo-20251024080002-aaaaaaaaaaaaaaa3', 'shq.01.imo.V1.20251020.user_accounts', 'users', 1),
    ('shq-01-imo-20251024090000-bbbbbbbbbbbbbbb1', 'shq.01.imo.V1.20251021.blueprint_store', 'blueprints', 1),
    ('shq-01-imo-20251024090001-bbbbbbbbbbbbbbb2', 'shq.01.imo.V1.20251021.blueprint_store', 'blueprints', 1);

INSERT INTO users (id, email, role, unique_id, process_id, created_at, updated_at) VALUES
    ('00000000-0000-4000-8000-000000000001', 'ada@example.com', 'administrator',
     'shq-01-imo-20251024080000-aaaaaaaaaaaaaaa1', 'shq.01.imo.V1.20251020.user_accounts',
     '2025-10-24 08:00:00+00', '2025-10-24 08:00:00+00'),
    ('00000000-0000-4000-8000-000000000002', 'bob@example.com', 'editor',
     'shq-01-imo-20251024080001-aaaaaaaaaaaaaaa2', 'shq.01.imo.V1.20251020.user_accounts',
     '2025-10-24 08:00:01+00', '2025-10-24 08:00:01+00'),
    ('00000000-0000-4000-8000-000000000003', 'eve@example.com', 'user',
     'shq-01-imo-20251024080002-aaaaaaaaaaaaaaa3', 'shq.01.imo.V1.20251020.user_accounts',
     '2025-10-24 08:00:02+00', '2025-10-24 08:00:02+00');

INSERT INTO blueprints
    (id, slug, name, manifest, unique_id, process_id, owner_id, created_at, updated_at)
VALUES
    ('00000000-0000-4000-8000-000000000011', 'onboarding', 'Onboarding', '{}',
     'shq-01-imo-20251024090000-bbbbbbbbbbbbbbb1', 'shq.01.imo.V1.20251021.blueprint_store',
     '00000000-0000-4000-8000-000000000001', '2025-10-24 09:00:00+00', '2025-10-24 09:00:00+00'),
    ('00000000-0000-4000-8000-000000000012', 'invoicing', 'Invoicing', '{}',
     'shq-01-imo-20251024090001-bbbbbbbbbbbbbbb2', 'shq.01.imo.V1.20251021.blueprint_store',
     '00000000-0000-4000-8000-000000000002', '2025-10-24 09:00:01+00', '2025-10-24 09:00:01+00');

INSERT INTO composio_logs (id, tool_name, unique_id, process_id, status, created_at) VALUES
    ('00000000-0000-4000-8000-000000000021', 'mail.send',
     'shq-03-imo-20251024100000-ccccccccccccccc1', 'shq.03.imo.V1.20251023.tool_calls',
     'failed', '2025-10-24 10:00:00+00');

INSERT INTO shq_master_error_log
    (id, error_code, error_message, unique_id, process_id, user_id, created_at, composio_log_id)
VALUES
    ('00000000-0000-4000-8000-000000000031', 'E_MAIL', 'the mail was not sent',
     'shq-03-imo-20251024100001-ddddddddddddddd1', 'shq.03.imo.V1.20250820.error_tracking',
     '00000000-0000-4000-8000-000000000002', '2025-10-24 10:00:01+00',
     '00000000-0000-4000-8000-000000000021');
