SELECT enumtypid, enumlabel::text FROM pg_enum ORDER BY enumtypid, enumsortorder
