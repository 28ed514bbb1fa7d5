DO $$ -- planted: M003
DECLARE
    wanted text := 'note';
BEGIN
    EXECUTE 'ALTER TABLE payments ADD COLUMN ' || quote_ident(wanted) || ' text'; -- planted: M002
END
$$;
