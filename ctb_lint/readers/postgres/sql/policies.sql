SELECT p.polrelid, p.oid, p.polname::text, p.polcmd::text, p.polpermissive,
    ARRAY(SELECT CASE WHEN role = 0 THEN 'public' ELSE pg_get_userbyid(role)::text END
        FROM unnest(p.polroles) AS role),
    p.polqual IS NOT NULL,
    CASE WHEN p.polqual IS NOT NULL AND p.polrelid <> ALL (locked.relations)
        THEN pg_get_expr(p.polqual, p.polrelid) END,
    p.polwithcheck IS NOT NULL,
    CASE WHEN p.polwithcheck IS NOT NULL AND p.polrelid <> ALL (locked.relations)
        THEN pg_get_expr(p.polwithcheck, p.polrelid) END
FROM pg_policy p
CROSS JOIN locked
