-- Neither dated nor numbered, and what it does nobody can read from it. -- planted: M003
DO $$
DECLARE
    wanted text := 'note';
BEGIN
    EXECUTE 'ALTER TABLE payments ADD COLUMN ' || quote_ident(wanted) || ' text'; -- planted: M002
END
$$;
