-- The server and the role that is asked as, in one row.
SELECT current_setting('server_version_num')::integer,
    current_setting('server_version'),
    current_database()::text,
    current_user::text,
    current_setting('is_superuser') = 'on',
    pg_is_in_recovery()
