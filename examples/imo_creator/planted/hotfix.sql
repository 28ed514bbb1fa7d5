-- Neither dated nor numbered, and what it does nobody can read from it. -- planted: M003
DO $$ -- planted: M002
DECLARE
    wanted text := 'note';
BEGIN
    EXECUTE 'ALTER TABLE payments ADD COLUMN ' || quote_ident(wanted) || ' text';
END
$$;
