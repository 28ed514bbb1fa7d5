SELECT classoid::regclass::text, objoid, objsubid, description
FROM pg_description
WHERE objoid >= 16384 AND classoid IN (
    'pg_class'::regclass, 'pg_constraint'::regclass, 'pg_trigger'::regclass,
    'pg_policy'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass)
